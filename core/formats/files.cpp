// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/files.h"

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace headlight {

namespace fs = std::filesystem;

Result<std::string> readFile(const fs::path& file, std::uint64_t limit)
{
    const auto cannotRead = [&](int error) {
        return fail(ErrorCode::Io, "cannot read the file (" + std::generic_category().message(error) + ")",
                    file.string());
    };
    const auto tooLarge = [&](const std::string& found) {
        return fail(ErrorCode::TooLarge,
                    "expected at most " + std::to_string(limit) + " bytes, found " + found, file.string());
    };
    // Without O_NONBLOCK a named pipe of that name would hang the program.
    const int descriptor = ::open(file.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (descriptor < 0 && (errno == ENOENT || errno == ENOTDIR))
        return fail(ErrorCode::NotFound, "no such file", file.string());
    if (descriptor < 0)
        return cannotRead(errno);
    struct Closer
    {
        int descriptor;
        ~Closer() { ::close(descriptor); }
    };
    const Closer closer{descriptor};

    struct stat status = {};
    if (::fstat(descriptor, &status) != 0)
        return cannotRead(errno);
    if (!S_ISREG(status.st_mode)) {
        return fail(ErrorCode::Io,
                    S_ISDIR(status.st_mode) ? "expected a file, found a folder"
                                            : "expected a file, found a pipe or device",
                    file.string());
    }
    const auto size = static_cast<std::uint64_t>(status.st_size);
    if (size > limit)
        return tooLarge(std::to_string(size));
    std::string bytes;
    bytes.reserve(size);
    std::array<char, 65536> piece; // NOLINT(cppcoreguidelines-pro-type-member-init): read() fills it
    for (;;) {
        const ssize_t count = ::read(descriptor, piece.data(), piece.size());
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            return cannotRead(errno);
        if (count == 0)
            return bytes;
        if (static_cast<std::uint64_t>(count) > limit - bytes.size())
            return tooLarge("more"); // It grows while it is being read.
        bytes.append(piece.data(), static_cast<std::size_t>(count));
    }
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
