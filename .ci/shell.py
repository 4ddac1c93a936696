# Runs a command line in a new terminal and works in the shell that it ends in: .ci/shell.py "command line"
#
# Passes if that shell is PID 1 of a container, has job control, and its exit status comes through.
import os
import pty
import re
import select
import sys
import time

PROMPT = rb"root@container:[^\r\n]*# $"
LIMIT = 300

child, terminal = pty.fork()
if child == 0:
    os.environ["TERM"] = "dumb"
    # As a newcomer has it: with CI set, corepack would not ask and pnpm would not draw.
    os.environ.pop("CI", None)
    os.execvp("bash", ["bash", "-c", sys.argv[1]])

seen = b""
deadline = time.monotonic() + LIMIT


def read():
    """What the terminal shows next; nothing once the command has ended."""
    ready, _, _ = select.select([terminal], [], [], max(0, deadline - time.monotonic()))
    if not ready:
        sys.exit(f"\nno end after {LIMIT} s")
    try:
        data = os.read(terminal, 4096)
    except OSError:  # EIO: nobody has the other side open
        return b""
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()
    return data


def expect(pattern):
    global seen
    while not (found := re.search(pattern, seen)):
        data = read()
        if not data:
            sys.exit(f"\nended before {pattern} was seen")
        seen += data
    seen = seen[found.end():]
    return found


def type_line(line):
    os.write(terminal, line + b"\n")


expect(PROMPT)
type_line(b"echo pid=$$ host=$(hostname)")
expect(rb"\npid=1 host=container\r")
expect(PROMPT)
type_line(b"sleep 100")
time.sleep(0.5)
os.write(terminal, b"\x03")  # Ctrl-C ends the job, and neither the shell nor mocker
expect(PROMPT)
type_line(b"sleep 100 & jobs")
expect(rb"\[1\]\+\s+Running\s+sleep 100")
expect(PROMPT)
type_line(b"exit 3")
while read():
    pass
status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
sys.exit(0 if status == 3 else f"\nthe exit status is {status} and not 3")
