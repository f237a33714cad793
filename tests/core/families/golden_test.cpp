// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later

// Every family against the reference implementation, number by number: each folder of shared/golden is a
// tiny model with random parameters. A tensor may differ by 20 times what the reference itself loses in
// single precision, and by 1e-5 of its largest number at least (the folders' README).

#include "../derivations.h"
#include "golden_names.h"
#include "models/model.h"
#include "run/execution.h"
#include "run/memory.h"
#include "run/workers.h"

#include <QTest>

#include <cmath>
#include <limits>
#include <random>

using namespace headlight;

namespace {

/// The numbers from @p begin on as a tensor; the one axis without a size takes all of them.
TensorPtr tensorOf(Axes axes, const std::vector<float>& values, std::size_t begin = 0)
{
    for (Axis& a : axes)
        if (a.size == anySize)
            a.size = static_cast<std::int64_t>(values.size());
    const auto from = values.begin() + static_cast<std::ptrdiff_t>(begin);
    std::vector<float> own(from, from + static_cast<std::ptrdiff_t>(elementCount(axes)));
    return std::make_shared<const Tensor>(std::move(axes), std::move(own));
}

/// The case's input for its image @p image and its first or second segment.
ModelInput inputOf(const golden::Case& c, const Program& program, std::size_t image, bool second)
{
    ModelInput input;
    for (const InputSpec& spec : program.inputs) {
        const auto named = [&](const char* key) -> TensorPtr {
            const auto it = c.inputs.find(QString::fromLatin1(key));
            return it == c.inputs.end() ? nullptr : tensorOf(spec.axes, it->second);
        };
        TensorPtr tensor;
        if (spec.name == "tokens")
            tensor = named(second ? "segment2_input_ids" : "input_ids");
        else if (spec.name == "target_tokens")
            tensor = named("decoder_input_ids");
        else if (spec.name == "token_types")
            tensor = named("token_type_ids");
        else if (spec.name == "global")
            tensor = named("global_attention_mask");
        else if (spec.name == "pixels")
            tensor = tensorOf(spec.axes, c.pixels.values,
                              image * static_cast<std::size_t>(elementCount(spec.axes)));
        input.tensors.push_back(std::move(tensor));
    }
    return input;
}

struct Tally
{
    int outputs = 0, trace = 0, noHook = 0;
    double worst = 0; ///< error divided by tolerance
    QString worstName;
};

} // namespace

class GoldenTest : public QObject
{
    Q_OBJECT

private slots:
    void agrees_data() { folders(); }
    void agrees();
    void derivations_data() { folders(); }
    void derivations();
    void cleanupTestCase();

private:
    void folders()
    {
        QTest::addColumn<QString>("folder");
        if (golden::caseFolders().isEmpty())
            QSKIP("no reference folders beside the source tree");
        for (const QString& folder : golden::caseFolders())
            QTest::newRow(qPrintable(folder.section('/', -1))) << folder;
    }

    std::shared_ptr<Workers> m_workers = std::make_shared<Workers>(2);
    std::map<QString, Tally> m_tallies;
};

void GoldenTest::agrees()
{
    QFETCH(QString, folder);
    const golden::Case c = golden::readCase(folder);
    QVERIFY2(c.problem.isEmpty(), qPrintable(c.problem));
    const auto model = openModel(folder.toStdString());
    QVERIFY2(model, model ? "" : model.error().text().c_str());
    for (const std::string& name : (*model)->parameters->unused())
        QFAIL(("no step uses " + name).c_str());

    // One run an image, and one with the memory of the first where there is a second segment.
    const std::size_t images = c.pixels.shape.empty() ? 1 : static_cast<std::size_t>(c.pixels.shape[0]);
    std::vector<Trace> traces;
    for (std::size_t i = 0; i < images; ++i) {
        auto trace = runModel((*model)->program, (*model)->parameters,
                              inputOf(c, *(*model)->program, i, false), m_workers);
        QVERIFY2(trace, trace ? "" : trace.error().text().c_str());
        traces.push_back(*trace);
    }
    std::vector<Trace> second;
    if (c.inputs.count("segment2_input_ids")) {
        auto input = continued(traces.front(), inputOf(c, *(*model)->program, 0, true));
        QVERIFY2(input, input ? "" : input.error().text().c_str());
        auto trace = runModel((*model)->program, (*model)->parameters, *input, m_workers);
        QVERIFY2(trace, trace ? "" : trace.error().text().c_str());
        second.push_back(*trace);
    }

    Tally& tally = m_tallies[folder.section('/', -1)];
    const auto knows = [&](const QString& name) {
        return (*model)->program->find(name.toStdString()).valid();
    };
    for (const golden::Entry& entry : c.entries) {
        const golden::Array reference = golden::readArray(entry.file);
        QVERIFY2(!reference.values.empty(), qPrintable("cannot read " + entry.file));
        const golden::Match match = golden::hooksOf(c, entry, reference, knows);
        QVERIFY2(match.known, qPrintable("no rule for " + entry.name));
        if (match.targets.empty()) {
            ++tally.noHook;
            continue;
        }
        ++(entry.output ? tally.outputs : tally.trace);
        for (const golden::Target& target : match.targets) {
            std::vector<double> ours;
            for (const Trace& trace : match.secondSegment ? second : traces) {
                const auto tensor = trace.tensor(target.hook.toStdString());
                QVERIFY2(tensor, qPrintable(entry.name + ": " +
                                            QString::fromStdString(tensor ? "" : tensor.error().text())));
                for (std::int64_t i = 0; i < (*tensor)->count(); ++i)
                    ours.push_back(static_cast<double>((**tensor)[i]) / match.factor);
                if (ours.size() == target.order.size())
                    break; // the text's tensors are the same for every image
            }
            QVERIFY2(ours.size() == target.order.size(),
                     qPrintable(QString("%1: %2 has %3 numbers, the reference %4")
                                    .arg(entry.name, target.hook)
                                    .arg(ours.size())
                                    .arg(target.order.size())));

            double maxAbs = 0, error = 0;
            for (std::size_t i = 0; i < ours.size(); ++i) {
                if (target.order[i] == golden::absent)
                    continue;
                const double expected = static_cast<double>(reference.values[target.order[i]]),
                             found = ours[i];
                const bool masked = expected < -1e30;
                QVERIFY2(masked == (found == -std::numeric_limits<double>::infinity()),
                         qPrintable(QString("%1: cell %2 of %3 is %4, the reference has %5")
                                        .arg(entry.name)
                                        .arg(i)
                                        .arg(target.hook)
                                        .arg(found)
                                        .arg(expected)));
                if (masked)
                    continue;
                maxAbs = std::max(maxAbs, std::abs(expected));
                const double difference = std::abs(found - expected);
                error = std::isnan(difference) ? std::numeric_limits<double>::infinity()
                                               : std::max(error, difference);
            }
            const double tolerance = std::max({20 * entry.maxAbsDiff, 1e-5 * std::max(maxAbs, entry.maxAbs),
                                               std::numeric_limits<double>::min()});
            if (error / tolerance > tally.worst) {
                tally.worst = error / tolerance;
                tally.worstName = entry.name;
            }
            QVERIFY2(error <= tolerance, qPrintable(QString("%1: %2 is off by %3, expected at most %4")
                                                        .arg(entry.name, target.hook)
                                                        .arg(error)
                                                        .arg(tolerance)));
        }
    }
}

void GoldenTest::derivations()
{
    QFETCH(QString, folder);
    const golden::Case c = golden::readCase(folder);
    const auto model = openModel(folder.toStdString());
    QVERIFY2(model, model ? "" : model.error().text().c_str());
    const auto trace = runModel((*model)->program, (*model)->parameters,
                                inputOf(c, *(*model)->program, 0, false), m_workers);
    QVERIFY2(trace, trace ? "" : trace.error().text().c_str());

    std::mt19937 random(7);
    for (int step = 0; step < static_cast<int>((*model)->program->steps.size()); ++step) {
        const QString wrong = test::checkStep(*trace, step, 32, random);
        QVERIFY2(
            wrong.isEmpty(),
            qPrintable(QString::fromStdString((*model)->program->steps[static_cast<std::size_t>(step)].hook) +
                       ": " + wrong));
    }
}

void GoldenTest::cleanupTestCase()
{
    for (const auto& [name, t] : m_tallies)
        qInfo("%-22s outputs %3d  trace %3d  without a hook %2d  worst error/tolerance %.3f  %s",
              qPrintable(name), t.outputs, t.trace, t.noHook, t.worst, qPrintable(t.worstName));
}

QTEST_APPLESS_MAIN(GoldenTest)
#include "golden_test.moc"
