// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tokenizers/sentence_piece_file.h"

#include "result/quote.h"
#include "tokenizers/byte_level.h"
#include "tokenizers/charsmap.h"
#include "tokenizers/models/vocabulary.h"
#include "tokenizers/prefix_index.h"
#include "tokenizers/unicode.h"

#include <array>
#include <bit>
#include <cmath>
#include <optional>
#include <unordered_set>

namespace headlight {

namespace {

constexpr std::size_t kMaxPieceBytes = 1024;
/// The library keeps the 64 shortest user-defined symbols that begin a text, and reads past them.
constexpr std::size_t kMaxNestedSymbols = 32;

enum class Wire : unsigned { Varint = 0, Fixed64 = 1, Bytes = 2, Fixed32 = 5 };

struct Field
{
    std::uint64_t number = 0;
    Wire wire = Wire::Varint;
    std::uint64_t value = 0;  ///< of Varint and Fixed
    std::string_view content; ///< of Bytes
};

/// Goes through the fields of one protobuf message.
class MessageReader
{
public:
    explicit MessageReader(std::string_view bytes)
        : m_rest(bytes)
    {
    }

    /// The next field; nothing at the end and when the bytes are wrong.
    std::optional<Field> next()
    {
        if (m_rest.empty() || m_bad)
            return std::nullopt;
        Field field;
        const std::uint64_t tag = varint();
        field.number = tag >> 3;
        field.wire = static_cast<Wire>(tag & 7);
        switch (field.wire) {
        case Wire::Varint:
            field.value = varint();
            break;
        case Wire::Fixed64:
            field.value = fixed(8);
            break;
        case Wire::Fixed32:
            field.value = fixed(4);
            break;
        case Wire::Bytes:
            field.content = content(varint());
            break;
        default:
            m_bad = true;
        }
        m_bad = m_bad || field.number == 0;
        return m_bad ? std::nullopt : std::optional(field);
    }

    [[nodiscard]] bool bad() const { return m_bad; }

private:
    std::uint64_t varint()
    {
        std::uint64_t value = 0;
        for (unsigned shift = 0; shift < 64; shift += 7) {
            if (m_rest.empty())
                break;
            const auto byte = static_cast<unsigned char>(m_rest.front());
            m_rest.remove_prefix(1);
            value |= static_cast<std::uint64_t>(byte & 0x7F) << shift;
            if (byte < 0x80)
                return value;
        }
        m_bad = true;
        return 0;
    }

    std::uint64_t fixed(std::size_t size)
    {
        std::uint64_t value = 0;
        const std::string_view bytes = content(size);
        for (std::size_t i = 0; i < bytes.size(); ++i)
            value |= static_cast<std::uint64_t>(static_cast<unsigned char>(bytes[i])) << (8 * i);
        return value;
    }

    std::string_view content(std::uint64_t size)
    {
        if (size > m_rest.size()) {
            m_bad = true;
            return {};
        }
        const std::string_view bytes = m_rest.substr(0, size);
        m_rest.remove_prefix(size);
        return bytes;
    }

    std::string_view m_rest;
    bool m_bad = false;
};

class MessageWriter
{
public:
    void varint(std::uint64_t number, std::uint64_t value)
    {
        raw(number << 3 | static_cast<unsigned>(Wire::Varint));
        raw(value);
    }
    void fixed32(std::uint64_t number, std::uint32_t value)
    {
        raw(number << 3 | static_cast<unsigned>(Wire::Fixed32));
        for (unsigned i = 0; i < 4; ++i)
            m_bytes.push_back(static_cast<char>(static_cast<unsigned char>(value >> (8 * i))));
    }
    void bytes(std::uint64_t number, std::string_view content)
    {
        raw(number << 3 | static_cast<unsigned>(Wire::Bytes));
        raw(content.size());
        m_bytes += content;
    }
    [[nodiscard]] const std::string& message() const { return m_bytes; }

private:
    void raw(std::uint64_t value)
    {
        for (; value >= 0x80; value >>= 7)
            m_bytes.push_back(static_cast<char>(static_cast<unsigned char>(value | 0x80)));
        m_bytes.push_back(static_cast<char>(static_cast<unsigned char>(value)));
    }
    std::string m_bytes;
};

tl::unexpected<Error> notAModel(const std::string& what)
{
    return fail(ErrorCode::BadFile, "expected a SentencePiece model, found " + what);
}

Result<void> readPiece(std::string_view message, SentencePieceFile& file)
{
    SentencePieceFile::Piece piece;
    const std::string place = "piece " + std::to_string(file.pieces.size());
    MessageReader reader(message);
    while (const auto field = reader.next()) {
        if (field->number == 1 && field->wire == Wire::Bytes)
            piece.text = field->content;
        else if (field->number == 2 && field->wire == Wire::Fixed32)
            piece.score = std::bit_cast<float>(static_cast<std::uint32_t>(field->value));
        else if (field->number == 3 && field->wire == Wire::Varint) {
            if (field->value < 1 || field->value > 6)
                return notAModel(place + " of type " + std::to_string(field->value));
            piece.type = static_cast<SentencePieceFile::PieceType>(field->value);
        }
    }
    if (reader.bad())
        return notAModel("a broken message as " + place);
    if (piece.text.empty() || piece.text.find('\0') != std::string::npos || firstInvalidUtf8(piece.text))
        return notAModel(place + " empty, with a zero byte or not in UTF-8");
    if (piece.text.size() > kMaxPieceBytes)
        return fail(ErrorCode::TooLarge, "expected pieces of at most " + std::to_string(kMaxPieceBytes) +
                                             " bytes, found " + std::to_string(piece.text.size()));
    if (!std::isfinite(piece.score))
        return notAModel(place + " without a finite score");
    if (static_cast<std::int64_t>(file.pieces.size()) >= Vocabulary::kMaxIds)
        return fail(ErrorCode::TooLarge,
                    "expected at most " + std::to_string(Vocabulary::kMaxIds) + " pieces, found more");
    file.pieces.push_back(std::move(piece));
    return {};
}

Result<void> readTrainerSpec(std::string_view message, SentencePieceFile& file)
{
    MessageReader reader(message);
    while (const auto field = reader.next()) {
        if (field->wire != Wire::Varint)
            continue;
        if (field->number == 3) {
            if (field->value < 1 || field->value > 4)
                return notAModel("model type " + std::to_string(field->value));
            file.algorithm = static_cast<SentencePieceFile::Algorithm>(field->value);
        } else if (field->number == 24) {
            file.spaceIsSuffix = field->value != 0;
        } else if (field->number == 35) {
            file.byteFallback = field->value != 0;
        }
    }
    return reader.bad() ? Result<void>(notAModel("a broken trainer_spec")) : Result<void>();
}

Result<void> readNormalizerSpec(std::string_view message, SentencePieceFile& file)
{
    MessageReader reader(message);
    while (const auto field = reader.next()) {
        if (field->number == 2 && field->wire == Wire::Bytes)
            file.charsmap = field->content;
        if (field->wire != Wire::Varint)
            continue;
        if (field->number == 3)
            file.addDummyPrefix = field->value != 0;
        else if (field->number == 4)
            file.removeExtraSpaces = field->value != 0;
        else if (field->number == 5)
            file.escapeSpaces = field->value != 0;
    }
    return reader.bad() ? Result<void>(notAModel("a broken normalizer_spec")) : Result<void>();
}

Result<void> checkPieces(const SentencePieceFile& file)
{
    using Type = SentencePieceFile::PieceType;
    std::unordered_set<std::string_view> texts;
    std::vector<PrefixIndex::Entry> symbols;
    std::array<bool, 256> bytes{};
    std::size_t unknown = 0;
    std::size_t normal = 0;
    for (const auto& piece : file.pieces) {
        if (!texts.insert(piece.text).second)
            return notAModel("the piece " + quote(piece.text) + " twice");
        unknown += piece.type == Type::Unknown ? 1 : 0;
        normal += piece.type == Type::Normal || piece.type == Type::UserDefined || piece.type == Type::Unused
                      ? 1
                      : 0;
        if (piece.type == Type::UserDefined)
            symbols.push_back({piece.text, 0});
        if (piece.type == Type::Byte) {
            const auto byte = byteOfFallbackPiece(piece.text);
            if (!byte || fallbackPiece(*byte) != piece.text || !file.byteFallback)
                return notAModel("the byte piece " + quote(piece.text) + " in a model that can't have it");
            bytes[*byte] = true;
        }
    }
    if (unknown != 1)
        return notAModel(std::to_string(unknown) + " unknown pieces instead of one");
    if (normal == 0)
        return notAModel("no pieces");
    for (int byte = 0; file.byteFallback && byte < 256; ++byte) {
        if (!bytes[static_cast<std::size_t>(byte)])
            return notAModel("no piece for the byte " + std::to_string(byte));
    }
    const std::vector<PrefixIndex::Entry> all = symbols;
    const PrefixIndex index(std::move(symbols));
    for (const PrefixIndex::Entry& symbol : all) {
        std::size_t nested = 0;
        index.forEachPrefix(symbol.key, [&](int, std::size_t) { ++nested; });
        if (nested > kMaxNestedSymbols)
            return fail(ErrorCode::TooLarge,
                        "expected at most 32 user-defined symbols that begin with each other, "
                        "found more");
    }
    return {};
}

} // namespace

Result<SentencePieceFile> SentencePieceFile::read(std::string_view bytes)
{
    SentencePieceFile file;
    MessageReader reader(bytes);
    while (const auto field = reader.next()) {
        Result<void> done;
        if (field->wire != Wire::Bytes)
            continue;
        if (field->number == 1)
            done = readPiece(field->content, file);
        else if (field->number == 2)
            done = readTrainerSpec(field->content, file);
        else if (field->number == 3)
            done = readNormalizerSpec(field->content, file);
        if (!done)
            return tl::unexpected(std::move(done.error()));
    }
    if (reader.bad())
        return notAModel("bytes that are no protobuf");
    if (auto checked = checkPieces(file); !checked)
        return tl::unexpected(std::move(checked.error()));
    auto charsmap = Charsmap::fromBytes(file.charsmap);
    if (!charsmap)
        return tl::unexpected(std::move(charsmap.error()));
    file.growth = charsmap->growth();
    return file;
}

std::string SentencePieceFile::write() const
{
    MessageWriter model;
    for (const Piece& piece : pieces) {
        MessageWriter message;
        message.bytes(1, piece.text);
        message.fixed32(2, std::bit_cast<std::uint32_t>(piece.score));
        message.varint(3, static_cast<std::uint64_t>(piece.type));
        model.bytes(1, message.message());
    }
    MessageWriter trainer;
    trainer.varint(3, static_cast<std::uint64_t>(algorithm));
    trainer.varint(24, spaceIsSuffix ? 1 : 0);
    trainer.varint(35, byteFallback ? 1 : 0);
    model.bytes(2, trainer.message());
    MessageWriter normalizer;
    normalizer.bytes(2, charsmap.empty() ? Charsmap::identity() : charsmap);
    normalizer.varint(3, addDummyPrefix ? 1 : 0);
    normalizer.varint(4, removeExtraSpaces ? 1 : 0);
    normalizer.varint(5, escapeSpaces ? 1 : 0);
    model.bytes(3, normalizer.message());
    return model.message();
}

} // namespace headlight
