// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later

// Every hook tensor of every bundled model against the reference implementation's.

#include "../support.h"

#include <QTest>

#include <cmath>

using namespace headlight;

class GoldenBundledTest : public QObject
{
    Q_OBJECT
private slots:
    void everyHookAgrees_data()
    {
        QTest::addColumn<QString>("model");
        QTest::addColumn<QString>("folder");
        for (const QString& model : test::bundledNames()) {
            const QDir dir(QString::fromStdString((test::goldenFolder() / model.toStdString()).string()));
            for (const QString& name : dir.entryList(QDir::Dirs | QDir::NoDotAndDotDot, QDir::Name))
                QTest::newRow(qPrintable(model + "/" + name)) << model << dir.filePath(name);
        }
    }
    void everyHookAgrees()
    {
        QFETCH(QString, model);
        QFETCH(QString, folder);
        const auto opened = test::bundled(model);
        const Trace trace = test::run(*opened, test::goldenInput(*opened, folder.toStdString()));
        const QJsonObject hooks = test::readJson(folder.toStdString() + "/manifest.json")["hooks"].toObject();
        QVERIFY(!hooks.isEmpty());
        double worst = 0;
        for (auto it = hooks.begin(); it != hooks.end(); ++it) {
            const QJsonObject entry = it.value().toObject();
            const auto tensor = trace.tensor(it.key().toStdString());
            QVERIFY2(tensor, qPrintable(it.key() + ": " +
                                        QString::fromStdString(tensor ? "" : tensor.error().text())));
            const QJsonArray shape = entry["shape"].toArray(), axes = entry["axes"].toArray();
            QCOMPARE((*tensor)->rank(), int(shape.size()) - 1);
            for (int i = 1; i < shape.size(); ++i) {
                QCOMPARE((*tensor)->size(i - 1), std::int64_t(shape[i].toInteger()));
                const QString name = axes[i].toString();
                QCOMPARE(QString::fromStdString((*tensor)->axes()[std::size_t(i - 1)].name),
                         name == "pos" ? "position" : name);
            }
            const auto reference =
                readNpy(folder.toStdString() + "/" + entry["file"].toString().toStdString());
            QVERIFY2(reference, reference ? "" : reference.error().text().c_str());
            // The manifest's own tolerance: 20 times the reference's distance from double precision, at least
            // 1e-5 of the tensor's largest magnitude.
            const double tolerance =
                std::max(20 * entry["max_abs_diff_vs_f64"].toDouble(), 1e-5 * entry["max_abs"].toDouble());
            const auto values = (*tensor)->values();
            QCOMPARE(values.size(), reference->values.size());
            double error = 0;
            for (std::size_t i = 0; i < values.size(); ++i) {
                if (reference->values[i] < -1e30F) {
                    QVERIFY2(std::isinf(values[i]) && values[i] < 0,
                             qPrintable(it.key() + ": a masked cell is not −∞"));
                    continue;
                }
                error = std::max(error, std::abs(double(values[i]) - double(reference->values[i])));
            }
            QVERIFY2(error <= tolerance,
                     qPrintable(
                         QString("%1: error %2 above tolerance %3").arg(it.key()).arg(error).arg(tolerance)));
            worst = std::max(worst, tolerance > 0 ? error / tolerance : 0);
        }
        qInfo("%lld hook tensors agree, worst error %.2f of its tolerance",
              static_cast<long long>(hooks.size()), worst);
    }
};

QTEST_APPLESS_MAIN(GoldenBundledTest)
#include "golden_bundled_test.moc"
