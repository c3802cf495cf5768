//! The same on another thread, which the caller waits for.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

use crate::files::Files;

enum Work {
    Read(u64),
    Write(u64),
}

pub(crate) struct Apart {
    work: SyncSender<Work>,
    done: Receiver<()>,
}

impl Apart {
    pub(crate) fn start(files: Files) -> Self {
        let (work, asked) = sync_channel(1);
        let (tell, done) = sync_channel(1);
        thread::spawn(move || {
            for work in asked {
                match work {
                    Work::Read(n) => files.read(n),
                    Work::Write(n) => files.write(n),
                }
                if tell.send(()).is_err() {
                    return;
                }
            }
        });
        Self { work, done }
    }

    pub(crate) fn read(&self, n: u64) {
        self.perform(Work::Read(n));
    }

    pub(crate) fn write(&self, n: u64) {
        self.perform(Work::Write(n));
    }

    fn perform(&self, work: Work) {
        self.work.send(work).expect("the thread waits for work");
        self.done.recv().expect("the thread answers");
    }
}
