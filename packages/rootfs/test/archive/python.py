# Python's tarfile: writes an archive of a directory in one of its formats, leaving out what that cannot hold, or reads one.
#
#   python.py write <ustar|gnu|pax> <archive> <directory>
#   python.py read <archive> <directory>
import os, sys, tarfile

FORMATS = {"ustar": tarfile.USTAR_FORMAT, "gnu": tarfile.GNU_FORMAT, "pax": tarfile.PAX_FORMAT}


def add(archive, path):
    try:
        archive.add(path, recursive=False)
    except ValueError:
        return
    if os.path.isdir(path) and not os.path.islink(path):
        for name in sorted(os.listdir(path)):
            add(archive, path + "/" + name)


if sys.argv[1] == "write":
    path = os.path.abspath(sys.argv[3])
    os.chdir(sys.argv[4])
    with tarfile.open(path, "w", format=FORMATS[sys.argv[2]]) as archive:
        add(archive, ".")
else:
    with tarfile.open(sys.argv[2]) as archive:
        trusted = {"filter": "fully_trusted"} if hasattr(tarfile, "fully_trusted_filter") else {}
        archive.extractall(sys.argv[3], numeric_owner=True, **trusted)
