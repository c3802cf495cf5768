//! Which processors the benchmark and its server run on.
//!
//! A call goes through three threads. Where each has a processor of its own, most of the time is
//! that of processors which wake up, and where the system puts the threads decides the result by a
//! factor of ten, for as long as it leaves them there. On one processor a call takes the time that
//! its work takes.

/// The processors that the benchmark was given.
#[cfg(target_os = "linux")]
pub(crate) struct Processors(rustix::thread::CpuSet);

#[cfg(target_os = "linux")]
impl Processors {
    pub(crate) fn given() -> Self {
        Self(rustix::thread::sched_getaffinity(None).expect("a thread may ask for its processors"))
    }

    /// Moves all threads of this process and of the server to one processor.
    pub(crate) fn share_one(&self, server: u32) {
        let mut one = rustix::thread::CpuSet::new();
        // The last one: interrupts mostly go to the first.
        let last = (0..rustix::thread::CpuSet::MAX_CPU).rev().find(|cpu| self.0.is_set(*cpu));
        one.set(last.expect("a thread runs somewhere"));
        move_all(server, &one);
    }

    /// Gives all of them all processors.
    pub(crate) fn share_all(&self, server: u32) {
        move_all(server, &self.0);
    }
}

#[cfg(target_os = "linux")]
fn move_all(server: u32, to: &rustix::thread::CpuSet) {
    for process in [std::process::id(), server] {
        let threads = std::fs::read_dir(format!("/proc/{process}/task"));
        for thread in threads.expect("a process lists its threads").flatten() {
            let name = thread.file_name();
            let id = name.to_str().and_then(|id| id.parse().ok());
            let id = id.and_then(rustix::thread::Pid::from_raw).expect("threads have numbers");
            // One that has ended meanwhile runs nowhere.
            let _ = rustix::thread::sched_setaffinity(Some(id), to);
        }
    }
}

#[cfg(not(target_os = "linux"))]
pub(crate) struct Processors;

#[cfg(not(target_os = "linux"))]
impl Processors {
    pub(crate) fn given() -> Self {
        Self
    }

    #[expect(clippy::unused_self, reason = "its twin for Linux moves threads")]
    pub(crate) fn share_one(&self, _: u32) {}

    #[expect(clippy::unused_self, reason = "its twin for Linux moves threads")]
    pub(crate) fn share_all(&self, _: u32) {}
}
