// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "figures/position_encodings.h"

#include "session/core_words.h"

#include <algorithm>
#include <array>
#include <utility>

namespace headlight {

namespace {

constexpr std::array<std::pair<PositionPicture, std::string_view>, 7> ids{
    {{PositionPicture::Values, "values"},
     {PositionPicture::Similarity, "similarity"},
     {PositionPicture::Distance, "distance"},
     {PositionPicture::Buckets, "buckets"},
     {PositionPicture::Dial, "dial"},
     {PositionPicture::Row, "row"},
     {PositionPicture::Heads, "heads"}}};

QString titleOf(const PositionCode& code)
{
    switch (code.rule.kind) {
    case ops::PositionRule::Kind::Rows:
        return code.table ? PositionWords::tr("Learned positions")
                          : PositionWords::tr("Learned positions of this input");
    case ops::PositionRule::Kind::Sinusoids:
        return PositionWords::tr("Sinusoidal positions");
    case ops::PositionRule::Kind::Rotation:
        return PositionWords::tr("Rotary positions");
    case ops::PositionRule::Kind::Slopes:
        return PositionWords::tr("Linear biases (ALiBi)");
    case ops::PositionRule::Kind::Buckets:
        return code.step < 0 ? PositionWords::tr("Buckets of distances (T5)")
                             : PositionWords::tr("Relative position biases");
    case ops::PositionRule::Kind::Distances:
        return PositionWords::tr("Sinusoids of the distance");
    }
    return {};
}

QString aboutOf(const PositionCode& code)
{
    switch (code.rule.kind) {
    case ops::PositionRule::Kind::Rows:
        return code.table ? PositionWords::tr(
                                "One learned vector for each position, added to the token's embedding.")
                          : PositionWords::tr("The rows of the table that this input takes.");
    case ops::PositionRule::Kind::Sinusoids:
        return PositionWords::tr(
            "Each pair of dimensions is a sine and a cosine of the position; the first turn "
            "fastest, the last hardly at all.");
    case ops::PositionRule::Kind::Rotation:
        return PositionWords::tr(
            "Nothing is added: each pair of dimensions of a query or key is turned by an angle "
            "that grows with its position, so scores feel only distances.");
    case ops::PositionRule::Kind::Slopes:
        return code.ref.valid()
                   ? PositionWords::tr(
                         "Each head adds its own slope times the key's position to the scores, so that far "
                         "keys count less.")
                   : PositionWords::tr(
                         "Each head takes its own slope times the distance off its scores, so that far "
                         "keys count less.");
    case ops::PositionRule::Kind::Buckets:
        return code.step < 0
                   ? PositionWords::tr(
                         "Near distances have a bucket each, far ones share: each bucket has a learned bias.")
                   : PositionWords::tr(
                         "Each head adds a learned number to the scores, by how far the key stands from the "
                         "query; far distances share one.");
    case ops::PositionRule::Kind::Distances:
        return PositionWords::tr(
            "Sines and cosines of how far a key is behind the query; each head looks for them with "
            "its query and with a learned vector v.");
    }
    return {};
}

} // namespace

std::vector<PositionEncoding> positionEncodings(const Trace& trace)
{
    std::vector<PositionEncoding> all;
    const Program& program = trace.program();
    const auto add = [&](PositionCode code) {
        QString title = titleOf(code), about = aboutOf(code);
        if (code.step < 0) {
            title = PositionWords::tr("%1: not in this run").arg(title);
        } else if (code.rule.kind == ops::PositionRule::Kind::Buckets) {
            title = PositionWords::tr("%1, %2").arg(
                title, QString::fromStdString(program.steps[static_cast<std::size_t>(code.step)].hook));
        } else if (program.streams.size() > 1 && code.stream >= 0) {
            title = PositionWords::tr("%1, %2").arg(
                title, coreWords(program.streams[static_cast<std::size_t>(code.stream)].name));
        }
        if (const auto& order = code.rule.order)
            about = PositionWords::tr("%1 What if: %2.").arg(about, coreLine(order->description()));
        all.push_back({std::move(code), std::move(title), std::move(about)});
    };
    for (PositionCode& code : positionCodes(trace))
        add(std::move(code));
    if (all.empty())
        all.push_back(
            {{},
             PositionWords::tr("No positions"),
             PositionWords::tr("This run adds nothing that says where a token stands. Without a mask it "
                               "would read its input as a bag of tokens in no order; with a causal mask "
                               "it can at most feel how many tokens came before.")});
    for (PositionCode& code : textbookCodes(trace))
        add(std::move(code));
    return all;
}

std::string_view pictureId(PositionPicture picture)
{
    for (const auto& [one, id] : ids)
        if (one == picture)
            return id;
    return {};
}

std::optional<PositionPicture> pictureOf(std::string_view id)
{
    for (const auto& [picture, name] : ids)
        if (name == id)
            return picture;
    return std::nullopt;
}

const std::vector<PositionPicture>& positionPictures()
{
    static const std::vector<PositionPicture> all = [] {
        std::vector<PositionPicture> list;
        for (const auto& [picture, id] : ids)
            list.push_back(picture);
        return list;
    }();
    return all;
}

QString pictureTitle(PositionPicture picture)
{
    switch (picture) {
    case PositionPicture::Values:
        return PositionWords::tr("values and curves");
    case PositionPicture::Similarity:
        return PositionWords::tr("similarity");
    case PositionPicture::Distance:
        return PositionWords::tr("bias by distance");
    case PositionPicture::Buckets:
        return PositionWords::tr("buckets");
    case PositionPicture::Dial:
        return PositionWords::tr("rotating pairs");
    case PositionPicture::Row:
        return PositionWords::tr("attention row");
    case PositionPicture::Heads:
        return PositionWords::tr("heads changed");
    }
    return {};
}

bool hasPicture(const PositionEncoding& encoding, PositionPicture picture)
{
    const PositionCode& code = encoding.code;
    if (!code.values)
        return picture == PositionPicture::Values;
    switch (picture) {
    case PositionPicture::Similarity:
        return !code.isBias();
    case PositionPicture::Distance:
        return code.rule.kind == ops::PositionRule::Kind::Slopes ||
               (code.rule.kind == ops::PositionRule::Kind::Buckets && code.step >= 0) ||
               (code.rule.kind == ops::PositionRule::Kind::Distances && code.step >= 0);
    case PositionPicture::Buckets:
        return code.rule.kind == ops::PositionRule::Kind::Buckets && code.step >= 0;
    case PositionPicture::Dial:
        return code.rule.kind == ops::PositionRule::Kind::Rotation ||
               code.rule.kind == ops::PositionRule::Kind::Sinusoids;
    case PositionPicture::Values:
    case PositionPicture::Row:
    case PositionPicture::Heads:
        return true;
    }
    return false;
}

} // namespace headlight
