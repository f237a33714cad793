// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/head_analysis.h"
#include "session/call_in.h"
#include "session/session.h"

namespace headlight {

/// Analyses the heads of the session's run in its worker: the metrics of the patterns, and those that @p keys
/// names.
/// @p take gets the result in the window's thread. The work ends when @p own is stopped or a new run begins;
/// whether its result is still wanted is for @p take to say. With @p tell it says how far it is by
/// Session::progressed().
template <class Take>
void analyseInBackground(Session& session, const char* name, std::vector<std::string> keys,
                         std::shared_ptr<std::stop_source> own, bool tell, Take take)
{
    session.background(
        name,
        [keys = std::move(keys), own = std::move(own), tell, take = std::move(take), trace = session.trace(),
         model = session.model(), workers = session.workers(),
         &session](const std::stop_token& stop) -> Session::Finish {
            // Whoever stops first: a new run, or the person.
            const std::stop_callback link(stop, [own] { own->request_stop(); });
            const AnalysisProgress progress = [&session](int done, int total) {
                callIn(&session, [&session, done, total] { emit session.progressed(done, total); });
            };
            auto found = std::make_shared<Result<HeadAnalysis>>(analyseHeads(
                *model, trace, workers, keys, own->get_token(), tell ? progress : AnalysisProgress{}));
            return [take, found] { take(std::move(*found)); };
        });
}

} // namespace headlight
