// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/files.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <fcntl.h>
#include <random>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace headlight {
namespace {

namespace fs = std::filesystem;

std::string reason(int error)
{
    return std::generic_category().message(error);
}

tl::unexpected<Error> cannotWrite(const fs::path& file, int error)
{
    return fail(ErrorCode::Io, "cannot write the file (" + reason(error) + ")", file.string());
}

/// An open file that is closed, and removed if it is a temporary one, when it goes out of scope.
class Handle
{
public:
    explicit Handle(int descriptor, fs::path temporary = {})
        : m_descriptor(descriptor)
        , m_temporary(std::move(temporary))
    {
    }
    Handle(const Handle&) = delete;
    Handle& operator=(const Handle&) = delete;
    ~Handle()
    {
        if (m_descriptor >= 0)
            ::close(m_descriptor);
        if (!m_temporary.empty())
            ::unlink(m_temporary.c_str());
    }
    [[nodiscard]] int get() const { return m_descriptor; }
    [[nodiscard]] bool close() { return ::close(std::exchange(m_descriptor, -1)) == 0; }
    void keep() { m_temporary.clear(); }

private:
    int m_descriptor;
    fs::path m_temporary;
};

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

using Writer = std::function<Result<void>(const ByteSink&)>;

Result<void> runWriter(int descriptor, const fs::path& file, const Writer& write)
{
    return write([&](std::string_view piece) -> Result<void> {
        if (!writeAll(descriptor, piece))
            return cannotWrite(file, errno);
        return {};
    });
}

/// Pipes and devices (/dev/stdout) have no old content to protect and must not be replaced by a file.
Result<void> writeThrough(const fs::path& file, const Writer& write)
{
    // A pipe that nobody reads is an error here, not a wait.
    Handle handle(::open(file.c_str(), O_WRONLY | O_NONBLOCK | O_CLOEXEC));
    if (handle.get() < 0)
        return cannotWrite(file, errno);
    ::fcntl(handle.get(), F_SETFL, ::fcntl(handle.get(), F_GETFL) & ~O_NONBLOCK);
    if (auto done = runWriter(handle.get(), file, write); !done)
        return done;
    return handle.close() ? Result<void>() : cannotWrite(file, errno);
}

/// A new file beside @p target with the permissions that any new file gets. The name does not contain the
/// target's, which may already be as long as names can be.
int createTemporary(const fs::path& target, fs::path& temporary)
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

void flushFolder(const fs::path& file)
{
    const fs::path folder = file.has_parent_path() ? file.parent_path() : fs::path(".");
    const Handle handle(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (handle.get() >= 0)
        ::fsync(handle.get()); // Not all file systems can; the data itself is already on the disk.
}

} // namespace

Result<std::string> readFile(const fs::path& file, std::uint64_t limit)
{
    // Without O_NONBLOCK a named pipe of that name would hang the program.
    const Handle handle(::open(file.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
    if (handle.get() < 0 && (errno == ENOENT || errno == ENOTDIR))
        return fail(ErrorCode::NotFound, "no such file", file.string());
    if (handle.get() < 0)
        return fail(ErrorCode::Io, "cannot read the file (" + reason(errno) + ")", file.string());
    struct stat status = {};
    if (::fstat(handle.get(), &status) != 0)
        return fail(ErrorCode::Io, "cannot read the file (" + reason(errno) + ")", file.string());
    if (!S_ISREG(status.st_mode)) {
        return fail(ErrorCode::Io,
                    S_ISDIR(status.st_mode) ? "expected a file, found a folder"
                                            : "expected a file, found a pipe or device",
                    file.string());
    }
    const auto tooLarge = [&](const std::string& found) {
        return fail(ErrorCode::TooLarge,
                    "expected at most " + std::to_string(limit) + " bytes, found " + found, file.string());
    };
    const auto size = static_cast<std::uint64_t>(status.st_size);
    if (size > limit)
        return tooLarge(std::to_string(size));
    std::string bytes;
    bytes.reserve(size);
    std::array<char, 65536> piece{};
    for (;;) {
        const ssize_t count = ::read(handle.get(), piece.data(), piece.size());
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            return fail(ErrorCode::Io, "cannot read the file (" + reason(errno) + ")", file.string());
        if (count == 0)
            return bytes;
        if (static_cast<std::uint64_t>(count) > limit - bytes.size())
            return tooLarge("more"); // It grows while it is being read.
        bytes.append(piece.data(), static_cast<std::size_t>(count));
    }
}

Result<void> writeFileAtomically(const fs::path& file, std::string_view bytes)
{
    return writeFileAtomically(file, [&](const ByteSink& sink) { return sink(bytes); });
}

Result<void> writeFileAtomically(const fs::path& file, const Writer& write)
{
    if (!file.has_filename())
        return fail(ErrorCode::BadInput, "expected a file name, found none", file.string());
    struct stat status = {};
    const bool exists = ::stat(file.c_str(), &status) == 0;
    if (exists && S_ISDIR(status.st_mode))
        return fail(ErrorCode::Io, "expected a file to write, found a folder", file.string());
    if (exists && !S_ISREG(status.st_mode))
        return writeThrough(file, write);
    if (exists && ::access(file.c_str(), W_OK) != 0)
        return cannotWrite(file, errno); // Renaming would get around a file's own write protection.
    std::error_code ignored;
    if (const fs::path folder = file.parent_path(); !folder.empty() && !fs::is_directory(folder, ignored))
        return fail(ErrorCode::NotFound, "no such folder to write the file to", folder.string());

    // A link keeps pointing to the file that it names; only that file is replaced.
    const fs::path resolved = exists ? fs::canonical(file, ignored) : fs::path();
    const fs::path target = resolved.empty() ? file : resolved;
    fs::path temporary;
    const int descriptor = createTemporary(target, temporary);
    if (descriptor < 0)
        return cannotWrite(file, errno);
    Handle handle(descriptor, temporary);
    if (auto done = runWriter(descriptor, file, write); !done)
        return done;
    if (exists)
        ::fchmod(descriptor, status.st_mode & 0777U); // A new version keeps the old one's permissions.
    if (::fsync(descriptor) != 0 || !handle.close() || ::rename(temporary.c_str(), target.c_str()) != 0)
        return cannotWrite(file, errno);
    handle.keep();
    flushFolder(target);
    return {};
}

Result<void> requireFolder(const fs::path& folder)
{
    std::error_code error;
    const fs::file_status status = fs::status(folder, error);
    if (status.type() == fs::file_type::not_found)
        return fail(ErrorCode::NotFound, "expected a model's folder, found nothing there", folder.string());
    if (status.type() == fs::file_type::none || status.type() == fs::file_type::unknown)
        return fail(ErrorCode::Io, "cannot read the folder (" + error.message() + ")", folder.string());
    if (status.type() != fs::file_type::directory)
        return fail(ErrorCode::BadInput, "expected a model's folder, found a file", folder.string());
    return {};
}

} // namespace headlight
