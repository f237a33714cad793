// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later

// The typeset formulas: every one can be drawn by QtSvg with its symbols where they can be pointed at, and
// every step of every bundled model has one, as it is and with what-ifs.

#include "../../core/support.h"
#include "analysis/what_if.h"
#include "panels/formula_view.h"
#include "panels/formulas.h"

#include <QAbstractButton>
#include <QPainter>
#include <QSignalSpy>
#include <QSvgRenderer>
#include <QTest>

#include <random>
#include <set>

using namespace headlight;

namespace {

const Formulas& formulas()
{
    static const Formulas all(test::resources());
    return all;
}

QImage drawn(QByteArray svg)
{
    QSvgRenderer renderer(svg.replace("currentColor", "#000000"));
    QImage image((renderer.viewBoxF().size() * 0.02).toSize(), QImage::Format_ARGB32_Premultiplied);
    image.fill(Qt::transparent);
    QPainter painter(&image);
    renderer.render(&painter);
    return image;
}

bool hasInk(const QImage& image, const QRect& where)
{
    for (int y = where.top(); y <= where.bottom(); ++y)
        for (int x = where.left(); x <= where.right(); ++x)
            if (image.rect().contains(x, y) && qAlpha(image.pixel(x, y)) > 100)
                return true;
    return false;
}

/// Which formulas of a run nobody has typeset; a few cells of each step, since a mask or a rotation writes
/// different ones for different cells.
QStringList missing(const Trace& trace)
{
    QStringList list;
    std::mt19937 random(11);
    const Program& program = trace.program();
    for (int step = 0; step < static_cast<int>(program.steps.size()); ++step) {
        const auto tensor = trace.step(step);
        const auto operands = trace.operands(step);
        if (!tensor || !operands)
            return {"no tensor"};
        Operands plain;
        for (const TensorPtr& t : *operands)
            plain.push_back(t.get());
        for (int n = 0; n < 12 && (*tensor)->count() > 0; ++n) {
            const auto flat = std::uniform_int_distribution<std::int64_t>(0, (*tensor)->count() - 1)(random);
            const QString notation = notationOf(
                QString::fromStdString(trace.op(step)->derive(plain, (*tensor)->cellAt(flat)).formula));
            const QStringList symbols = symbolsIn(notation, program, step);
            const QString line = notation + "  with  " + symbols.join(", ");
            if (formulas().svg(notation, symbols).isEmpty() && !list.contains(line))
                list << line;
        }
    }
    return list;
}

} // namespace

class TestFormulas : public QObject
{
    Q_OBJECT
private slots:
    void everyFormulaIsDrawnWithItsSymbols()
    {
        const QJsonObject source = test::readJson(test::resources() / "formulas" / "formulas.json");
        std::set<QString> seen;
        int count = 0;
        for (const QJsonValue& formula : source["formulas"].toArray()) {
            const QString notation = formula["notation"].toString();
            for (const QJsonValue& list : formula["symbols"].toArray()) {
                QStringList symbols;
                for (const QJsonValue& symbol : list.toArray())
                    symbols << symbol.toString();
                const QString name = formula["id"].toString() + " with " + symbols.join(", ");
                const QByteArray svg = formulas().svg(notation, symbols);
                QVERIFY2(!svg.isEmpty(), qPrintable(name));
                QSvgRenderer renderer(svg);
                QVERIFY2(renderer.isValid(), qPrintable(name));
                const QImage image = drawn(svg);
                QStringList wanted{"result-1"};
                for (int i = 0; i < 10; ++i)
                    if (notation.contains(QStringLiteral("{%1}").arg(i)))
                        wanted << QStringLiteral("operand-%1-1").arg(i);
                for (const QString& id : wanted) {
                    QVERIFY2(renderer.elementExists(id), qPrintable(name + " " + id));
                    const QRectF bounds =
                        renderer.transformForElement(id).mapRect(renderer.boundsOnElement(id));
                    QVERIFY2(bounds.width() > 100 && bounds.height() > 100, qPrintable(name + " " + id));
                    QVERIFY2(renderer.viewBoxF().adjusted(-60, -60, 60, 60).contains(bounds),
                             qPrintable(name + " " + id));
                    const QRectF there(bounds.topLeft() - renderer.viewBoxF().topLeft(), bounds.size());
                    QVERIFY2(
                        hasInk(image, QRectF(there.topLeft() * 0.02, there.size() * 0.02).toAlignedRect()),
                        qPrintable(name + " " + id));
                }
                ++count;
            }
        }
        QVERIFY(count > 100);
        // One file each, and none that nobody asks for.
        QStringList files = formulas().files();
        QCOMPARE(files.size(), count);
        QCOMPARE(files.removeDuplicates(), 0);
        const QDir folder(QString::fromStdString((test::resources() / "formulas").string()));
        QCOMPARE(folder.entryList({"*.svg"}).size(), count);
    }

    void everyStepHasOne_data()
    {
        QTest::addColumn<QString>("name");
        for (const QString& name : test::bundledNames())
            QTest::newRow(qPrintable(name)) << name;
    }
    void everyStepHasOne()
    {
        QFETCH(QString, name);
        const auto model = test::bundled(name);
        const Trace trace = test::run(*model, test::anyInput(*model));
        const QStringList list = missing(trace);
        QVERIFY2(list.isEmpty(), qPrintable(list.join('\n')));
    }

    void everyFamilysStepHasOne_data()
    {
        QTest::addColumn<QString>("folder");
        const QDir golden(QStringLiteral(HEADLIGHT_SHARED_DIR "/golden"));
        if (!golden.exists())
            QSKIP("the reference data is not beside the source");
        for (const QString& name : golden.entryList(QDir::Dirs | QDir::NoDotAndDotDot))
            if (name != "clip") // reads a text and an image at once; its towers are those of others
                QTest::newRow(qPrintable(name)) << golden.filePath(name);
    }
    void everyFamilysStepHasOne()
    {
        QFETCH(QString, folder);
        const auto model = openModel(folder.toStdString());
        QVERIFY2(model, model ? "" : model.error().text().c_str());
        const Trace trace = test::run(**model, test::goldenInput(**model, folder.toStdString()));
        const QStringList list = missing(trace);
        QVERIFY2(list.isEmpty(), qPrintable(list.join('\n')));
    }

    void everyWhatIfHasOne_data()
    {
        QTest::addColumn<QString>("name");
        for (const char* name : {"stories260k", "date-seq2seq"})
            QTest::newRow(name) << name;
    }
    void everyWhatIfHasOne()
    {
        QFETCH(QString, name);
        const auto model = test::bundled(name);
        const ModelInput input = test::anyInput(*model);
        for (const char* spec : {"*:no-scale", "*:temperature=0.5", "*:mask=window:2", "*:mask=none",
                                 "*:uniform", "*:identity", "*:no-positions", "*:off"}) {
            const auto whatIf = parseWhatIf(spec);
            QVERIFY2(whatIf, spec);
            const auto overrides = overridesOf(*model->program, *whatIf, input);
            QVERIFY2(overrides, overrides ? "" : overrides.error().text().c_str());
            RunOptions options;
            options.overrides = *overrides;
            const QStringList list = missing(test::run(*model, input, options));
            QVERIFY2(list.isEmpty(), qPrintable(QString(spec) + '\n' + list.join('\n')));
        }
    }

    void aFormulaStandsBeforeItsRemark()
    {
        QCOMPARE(notationOf("{r} = {0} / √d: d = 8"), QString("{r} = {0} / √d"));
        QCOMPARE(remarkOf("{r} = {0} / √d: d = 8"), QString("d = 8"));
        QCOMPARE(notationOf("{r} = {0}"), QString("{r} = {0}"));
        QVERIFY(remarkOf("{r} = {0}").isEmpty());
        const auto model = test::bundled("stories260k");
        QCOMPARE(symbolsIn("{r}[i,j] = Σ_d {0}[i,d] · {1}[j,d]", *model->program,
                           model->program->findStep("blocks.1.attn.hook_qk")),
                 QStringList({"QKᵀ", "Q′", "K′"}));
    }

    void theViewTakesThePalettesColours()
    {
        const QString notation = "{r}[i,j] = Σ_d {0}[i,d] · {1}[j,d]";
        const TensorRef q{TensorRef::Kind::Step, 3}, k{TensorRef::Kind::Step, 4};
        FormulaView::Content content;
        content.svg = formulas().svg(notation, {"QKᵀ", "Q", "K"});
        content.plain = "QKᵀ[i,j] = Σ_d Q[i,d] · K[j,d]";
        content.symbols = {{"result", {TensorRef::Kind::Step, 5}, "QKᵀ: scores", {}},
                           {"operand-0", q, "Q: queries", "Click to go there"},
                           {"operand-1", k, "K: keys", "Click to go there"}};
        FormulaView view;
        view.setContent(content, false);
        view.resize(300, view.sizeHint().height());
        QCOMPARE(view.accessibleName(), QString("Formula: QKᵀ[i,j] = Σ_d Q[i,d] · K[j,d]"));
        for (const bool dark : {false, true}) {
            QPalette palette;
            palette.setColor(QPalette::Window, dark ? Qt::black : Qt::white);
            palette.setColor(QPalette::WindowText, dark ? Qt::white : Qt::black);
            view.setPalette(palette);
            const FigureStyle style = FigureStyle::fromPalette(palette, view.font());
            const QImage image = view.grab().toImage();
            const auto inkOf = [&](const QString& element) {
                // The colour that is furthest from the background within the symbol.
                const QRect where = view.buttonsOf(element).front()->geometry();
                QColor best = palette.color(QPalette::Window);
                int most = 0;
                for (int y = where.top(); y <= where.bottom(); ++y)
                    for (int x = where.left(); x <= where.right(); ++x) {
                        const QColor c = image.pixelColor(x, y), b = palette.color(QPalette::Window);
                        const int far = std::abs(c.red() - b.red()) + std::abs(c.green() - b.green()) +
                                        std::abs(c.blue() - b.blue());
                        if (far > most) {
                            most = far;
                            best = c;
                        }
                    }
                return best;
            };
            const auto near = [](const QColor& a, const QColor& b) {
                return std::abs(a.red() - b.red()) + std::abs(a.green() - b.green()) +
                           std::abs(a.blue() - b.blue()) <
                       90;
            };
            QVERIFY(near(inkOf("result"), style.text));
            QVERIFY(near(inkOf("operand-0"), style.query));
            QVERIFY(near(inkOf("operand-1"), style.key));
        }
        // Every symbol is pointed at and followed by mouse and keyboard.
        QSignalSpy pointed(&view, &FormulaView::pointed), followed(&view, &FormulaView::followed);
        view.show();
        QVERIFY(QTest::qWaitForWindowExposed(&view));
        QAbstractButton* button = view.buttonsOf("operand-1").front();
        button->setFocus(Qt::TabFocusReason);
        QVERIFY(QTest::qWaitFor([&] { return !pointed.isEmpty(); }));
        QCOMPARE(pointed.last().first().value<TensorRef>(), k);
        QTest::keyClick(button, Qt::Key_Space);
        QCOMPARE(followed.count(), 1);
        QTest::mouseClick(view.buttonsOf("operand-0").front(), Qt::LeftButton);
        QCOMPARE(followed.last().first().value<TensorRef>(), q);
        // Narrow, it is smaller, and nothing is cut.
        view.resize(110, 60);
        for (const char* element : {"result", "operand-0", "operand-1"})
            for (QAbstractButton* b : view.buttonsOf(element))
                QVERIFY(view.rect().contains(b->geometry()));
    }
};

QTEST_MAIN(TestFormulas)
#include "test_formulas.moc"
