//! What the command line asks for.

pub(crate) const USAGE: &str = "\
usage: web [--port PORT] [--redis URL] [--check]

  --port PORT   where to listen on this machine; 3000 unless given
  --redis URL   the Redis to share rates through; redis://127.0.0.1:6379 unless given
  --check       ask for each route once, over a free port, and end";

pub(crate) struct Arguments {
    pub(crate) port: u16,
    pub(crate) redis: String,
    pub(crate) check: bool,
}

impl Arguments {
    /// Reads the arguments after the program's name.
    ///
    /// # Errors
    ///
    /// A sentence that says which argument is wrong.
    pub(crate) fn read(mut given: impl Iterator<Item = String>) -> Result<Self, String> {
        let redis = "redis://127.0.0.1:6379".to_owned();
        let mut asked = Self { port: 3000, redis, check: false };
        while let Some(argument) = given.next() {
            let mut value = || given.next().ok_or(format!("{argument} needs a value"));
            match argument.as_str() {
                "--port" => {
                    let port = value()?;
                    let wrong = |error| format!("`{port}` is no port: {error}");
                    asked.port = port.parse().map_err(wrong)?;
                }
                "--redis" => asked.redis = value()?,
                "--check" => asked.check = true,
                other => return Err(format!("there is no option {other}")),
            }
        }
        Ok(asked)
    }
}
