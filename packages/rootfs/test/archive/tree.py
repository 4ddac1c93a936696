# Prints what a directory holds, as JSON: path → all that stat(2), listxattr(2) and the content say, except what no archive
# carries (inode numbers, access and change times). Hard links are named by the first path of their group.
import base64, hashlib, json, os, stat, sys

KINDS = {
    stat.S_IFREG: "file",
    stat.S_IFDIR: "directory",
    stat.S_IFLNK: "symlink",
    stat.S_IFCHR: "character",
    stat.S_IFBLK: "block",
    stat.S_IFIFO: "fifo",
    stat.S_IFSOCK: "socket",
}


def content(path, size):
    with open(path, "rb") as file:
        if size < 1 << 30:
            return hashlib.file_digest(file, "sha256").hexdigest()
        return mostly_holes(file, size)


# Gigabytes of zeros take seconds: blocks that are no zeros, each with where it lies, say the same.
def mostly_holes(file, size):
    digest, position = hashlib.sha256(), 0
    while position < size:
        try:
            position = os.lseek(file.fileno(), position, os.SEEK_DATA) // 4096 * 4096
        except OSError:
            break  # ENXIO: no more data
        block = os.pread(file.fileno(), 4096, position)
        if block.strip(b"\0"):
            digest.update(b"%d " % position + block)
        position += 4096
    return digest.hexdigest()


def text(value):
    return value.decode("utf8", "backslashreplace")


def attributes(path):
    names = os.listxattr(path, follow_symlinks=False)
    values = {name: os.getxattr(path, name, follow_symlinks=False) for name in names if name != "security.selinux"}
    return {name: base64.b64encode(value).decode() for name, value in sorted(values.items())}


def described(path, name, groups):
    stats = os.lstat(path)
    entry = {
        "type": KINDS[stat.S_IFMT(stats.st_mode)],
        "mode": "%04o" % stat.S_IMODE(stats.st_mode),
        "uid": stats.st_uid,
        "gid": stats.st_gid,
        "mtime": str(stats.st_mtime_ns),
        "xattrs": attributes(path),
    }
    if stat.S_ISREG(stats.st_mode):
        entry["size"] = stats.st_size
        entry["content"] = content(path, stats.st_size)
        entry["holes"] = stats.st_blocks * 512 < stats.st_size
    if stat.S_ISLNK(stats.st_mode):
        entry["target"] = text(os.readlink(path))
    if stat.S_ISCHR(stats.st_mode) or stat.S_ISBLK(stats.st_mode):
        entry["device"] = "%d:%d" % (os.major(stats.st_rdev), os.minor(stats.st_rdev))
    if not stat.S_ISDIR(stats.st_mode) and stats.st_nlink > 1:
        entry["links"] = groups.setdefault((stats.st_dev, stats.st_ino), name)
    return entry


def walk(path, name, groups, found):
    found[name] = described(path, name, groups)
    if found[name]["type"] != "directory":
        return
    for child in sorted(os.listdir(path)):
        below = text(child) if name == "." else name + "/" + text(child)
        walk(os.path.join(path, child), below, groups, found)


sys.setrecursionlimit(100000)
found = {}
walk(os.fsencode(sys.argv[1]), ".", {}, found)
json.dump(found, sys.stdout)
