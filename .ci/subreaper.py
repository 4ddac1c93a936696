# Runs a command as the one to whom all its orphans fall, so that it can see what it leaves behind: prctl(2),
# PR_SET_CHILD_SUBREAPER.
import ctypes
import os
import signal
import sys

PR_SET_CHILD_SUBREAPER = 36

ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
child = os.fork()
if child == 0:
    os.execv(sys.argv[1], sys.argv[1:])
for number in (signal.SIGTERM, signal.SIGHUP):
    signal.signal(number, lambda number, _: os.kill(child, number))
signal.signal(signal.SIGINT, signal.SIG_IGN)  # the terminal has sent it to the command, too
while True:
    pid, status = os.wait()
    if pid == child:
        sys.exit(os.waitstatus_to_exitcode(status) & 0xFF)
