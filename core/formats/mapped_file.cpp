// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/mapped_file.h"

#include <cerrno>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace headlight {

Result<std::shared_ptr<const MappedFile>> MappedFile::open(const std::filesystem::path& file)
{
    const auto cannotRead = [&](int error) {
        return fail(ErrorCode::Io, "cannot read the file (" + std::generic_category().message(error) + ")",
                    file.string());
    };
    const int descriptor = ::open(file.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (descriptor < 0 && (errno == ENOENT || errno == ENOTDIR))
        return fail(ErrorCode::NotFound, "no such file", file.string());
    if (descriptor < 0)
        return cannotRead(errno);
    struct stat status = {};
    if (::fstat(descriptor, &status) != 0) {
        const int error = errno;
        ::close(descriptor);
        return cannotRead(error);
    }
    if (!S_ISREG(status.st_mode)) {
        ::close(descriptor);
        return fail(ErrorCode::Io,
                    S_ISDIR(status.st_mode) ? "expected a file, found a folder"
                                            : "expected a file, found a pipe or device",
                    file.string());
    }
    const auto size = static_cast<std::size_t>(status.st_size);
    void* address = nullptr;
    if (size > 0)
        address = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, descriptor, 0);
    const int error = errno;
    ::close(descriptor); // The mapping outlives the descriptor.
    if (address == MAP_FAILED)
        return cannotRead(error);
    return std::shared_ptr<const MappedFile>(
        new MappedFile(std::string_view(static_cast<const char*>(address), size)));
}

MappedFile::~MappedFile()
{
    if (!m_bytes.empty())
        ::munmap(const_cast<char*>(m_bytes.data()), m_bytes.size());
}

} // namespace headlight
