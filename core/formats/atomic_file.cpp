// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/atomic_file.h"

#include "formats/files.h"

#include <cerrno>
#include <fcntl.h>
#include <random>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace headlight {
namespace {

namespace fs = std::filesystem;

tl::unexpected<Error> cannotWrite(const fs::path& file, int error)
{
    return fail(ErrorCode::Io, "cannot write the file (" + std::generic_category().message(error) + ")",
                file.string());
}

bool writeAll(int descriptor, std::string_view bytes)
{
    while (!bytes.empty()) {
        const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return false;
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
}

/// A new file beside @p target with the permissions that any new file gets. The name does not contain the
/// target's, which may already be as long as names can be.
int createBeside(const fs::path& target, fs::path& temporary)
{
    std::random_device random;
    for (int attempt = 0; attempt < 16; ++attempt) {
        static constexpr std::string_view digits = "0123456789abcdef";
        std::string name = ".headlight-";
        for (int i = 0; i < 12; ++i)
            name += digits[random() % digits.size()];
        temporary = target.parent_path() / (name + ".part");
        const int descriptor = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (descriptor >= 0 || errno != EEXIST)
            return descriptor;
    }
    return -1;
}

/// A rename is on the disk when its folder is. Not all file systems can say; the data itself already is.
void flushFolder(const fs::path& file)
{
    const fs::path folder = file.has_parent_path() ? file.parent_path() : fs::path(".");
    const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0)
        return;
    ::fsync(descriptor);
    ::close(descriptor);
}

using Writer = std::function<Result<void>(const ByteSink&)>;

/// Pipes and devices (/dev/stdout) have no old content to protect and must not be replaced by a file.
Result<void> writeThrough(const fs::path& file, const Writer& write)
{
    // A pipe that nobody reads is an error here, not a wait.
    const int descriptor = ::open(file.c_str(), O_WRONLY | O_NONBLOCK | O_CLOEXEC);
    if (descriptor < 0)
        return cannotWrite(file, errno);
    ::fcntl(descriptor, F_SETFL, ::fcntl(descriptor, F_GETFL) & ~O_NONBLOCK);
    Result<void> done = write([&](std::string_view piece) -> Result<void> {
        if (!writeAll(descriptor, piece))
            return cannotWrite(file, errno);
        return {};
    });
    if (::close(descriptor) != 0 && done)
        return cannotWrite(file, errno);
    return done;
}

bool isPipeOrDevice(const fs::path& file)
{
    struct stat status = {};
    return ::stat(file.c_str(), &status) == 0 && !S_ISREG(status.st_mode) && !S_ISDIR(status.st_mode);
}

} // namespace

Result<std::unique_ptr<AtomicFile>> AtomicFile::create(const fs::path& target)
{
    if (!target.has_filename())
        return fail(ErrorCode::BadInput, "expected a file name, found none", target.string());
    struct stat status = {};
    const bool exists = ::stat(target.c_str(), &status) == 0;
    if (exists && S_ISDIR(status.st_mode))
        return fail(ErrorCode::Io, "expected a file to write, found a folder", target.string());
    if (exists && !S_ISREG(status.st_mode))
        return fail(ErrorCode::Io, "expected a file to write, found a pipe or device", target.string());
    if (exists && ::access(target.c_str(), W_OK) != 0)
        return cannotWrite(target, errno); // Renaming would get around a file's own write protection.
    std::error_code ignored;
    if (const fs::path folder = target.parent_path(); !folder.empty() && !fs::is_directory(folder, ignored))
        return fail(ErrorCode::NotFound, "no such folder to write a file to", folder.string());

    std::unique_ptr<AtomicFile> file(new AtomicFile);
    file->m_asked = target;
    file->m_mode = exists ? status.st_mode & 0777U : 0U;
    // A link keeps pointing to the file that it names; only that file is replaced.
    file->m_target = exists ? fs::canonical(target, ignored) : target;
    if (file->m_target.empty())
        file->m_target = target;
    file->m_descriptor = createBeside(file->m_target, file->m_path);
    if (file->m_descriptor < 0) {
        file->m_path.clear();
        return cannotWrite(target, errno);
    }
    return file;
}

AtomicFile::~AtomicFile()
{
    if (m_descriptor >= 0)
        ::close(m_descriptor);
    if (!m_path.empty())
        ::unlink(m_path.c_str());
}

Result<void> AtomicFile::write(std::string_view bytes)
{
    if (!writeAll(m_descriptor, bytes))
        return cannotWrite(m_asked, errno);
    return {};
}

Result<void> AtomicFile::commit()
{
    if (::close(std::exchange(m_descriptor, -1)) != 0)
        return cannotWrite(m_asked, errno);
    // Opened anew, since a library may have put another file in its place.
    const int descriptor = ::open(m_path.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0)
        return cannotWrite(m_asked, errno);
    if (m_mode != 0)
        ::fchmod(descriptor, m_mode); // A new version keeps the old one's permissions.
    const int flushError = ::fsync(descriptor) == 0 ? 0 : errno;
    ::close(descriptor);
    if (flushError != 0)
        return cannotWrite(m_asked, flushError);
    if (::rename(m_path.c_str(), m_target.c_str()) != 0)
        return cannotWrite(m_asked, errno);
    m_path.clear();
    flushFolder(m_target);
    return {};
}

Result<void> writeFileAtomically(const fs::path& file, std::string_view bytes)
{
    return writeFileAtomically(file, [&](const ByteSink& sink) { return sink(bytes); });
}

Result<void> writeFileAtomically(const fs::path& file, const Writer& write)
{
    if (isPipeOrDevice(file))
        return writeThrough(file, write);
    auto created = AtomicFile::create(file);
    if (!created)
        return tl::unexpected(std::move(created.error()));
    if (auto done = write([&](std::string_view piece) { return (*created)->write(piece); }); !done)
        return done;
    return (*created)->commit();
}

} // namespace headlight
