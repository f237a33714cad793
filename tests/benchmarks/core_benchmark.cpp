// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later

// Times of the core on one model folder, as a table: opening, tokenizing and running at several lengths, with
// the machine's own product of the same size as the baseline in the same run.
//   core_benchmark FOLDER [REPEATS]

#include "models/model.h"
#include "ops/matrix.h"
#include "run/workers.h"

#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>

using namespace headlight;

namespace {

template <class Work>
std::pair<double, double> times(int repeats, Work work)
{
    std::vector<double> all;
    for (int i = 0; i < repeats; ++i) {
        const auto start = std::chrono::steady_clock::now();
        work();
        all.push_back(
            std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count());
    }
    std::sort(all.begin(), all.end());
    return {all.front(), all[all.size() / 2]};
}

double peakMegabytes()
{
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return static_cast<double>(usage.ru_maxrss) / 1024;
}

} // namespace

int main(int argc, char** argv)
{
    if (argc < 2) {
        std::fprintf(stderr, "usage: core_benchmark FOLDER [REPEATS]\n");
        return 2;
    }
    const int repeats = argc > 2 ? std::atoi(argv[2]) : 5;
    ModelPtr model;
    const auto [openMin, openMedian] = times(repeats, [&] {
        auto opened = openModel(argv[1]);
        if (!opened) {
            std::fprintf(stderr, "%s\n", opened.error().text().c_str());
            std::exit(1);
        }
        model = *opened;
    });
    std::printf("%-34s %10s %10s %10s %10s\n", "", "min ms", "median ms", "GFLOP/s", "peak MB");
    std::printf("%-34s %10.1f %10.1f %10s %10.0f\n", "open", openMin, openMedian, "", peakMegabytes());

    const Stream& stream = model->program->streams.front();
    for (const int threads : {1, 2}) {
        const auto workers = std::make_shared<Workers>(threads);
        for (const int length : {16, 64, 256, 1024}) {
            if (stream.contextLength > 0 && length > stream.contextLength)
                continue;
            std::vector<int> ids;
            for (int i = 0; i < length; ++i)
                ids.push_back((i * 7919 + 13) % stream.vocabulary);
            const auto input = makeInput(*model, {{{}, ids}});
            if (!input)
                return 1;
            Trace trace;
            const auto [least, median] = times(repeats, [&] {
                auto run = runModel(model->program, model->parameters, *input, workers);
                if (!run) {
                    std::fprintf(stderr, "%s\n", run.error().text().c_str());
                    std::exit(1);
                }
                trace = *run;
            });
            double flops = 0;
            for (std::size_t i = 0; i < model->program->steps.size(); ++i) {
                const Step& step = model->program->steps[i];
                if (step.lazy)
                    continue;
                std::vector<Axes> operands;
                for (const TensorRef ref : step.operands)
                    operands.push_back(ref.kind == TensorRef::Kind::Step ? trace.axes(ref.index)
                                                                         : (*trace.tensor(ref))->axes());
                flops += step.op->cost(operands, trace.axes(static_cast<int>(i))).flops;
            }
            // The baseline: one product of the same work with the plain kernel, 768 wide as GPT-2 is.
            const std::int64_t width = 768, columns = 2304;
            std::vector<float> a(static_cast<std::size_t>(length * width), 0.5F),
                b(static_cast<std::size_t>(width * columns), 0.25F),
                y(static_cast<std::size_t>(length * columns));
            const auto [baseMin, baseMedian] = times(std::max(repeats, 9), [&] {
                ops::multiplyMatrices({a.data(), length, width, width, 1},
                                      {b.data(), width, columns, columns, 1}, y.data(), columns, *workers);
            });
            (void)baseMin;
            const double base = 2.0 * static_cast<double>(length * width * columns) / baseMedian / 1e6;
            char name[64];
            std::snprintf(name, sizeof name, "run, %d tokens, %d thread%s", length, threads,
                          threads > 1 ? "s" : "");
            std::printf("%-34s %10.1f %10.1f %10.1f %10.0f   product alone %.1f GFLOP/s\n", name, least,
                        median, flops / median / 1e6, peakMegabytes(), base);
        }
    }
    return 0;
}
