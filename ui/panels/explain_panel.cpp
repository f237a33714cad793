// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "panels/explain_panel.h"

#include "panels/stage_titles.h"
#include "session/core_words.h"
#include "session/selection.h"
#include "session/session.h"

#include <QCoreApplication>
#include <QEvent>
#include <QFontDatabase>
#include <QFontInfo>
#include <QHBoxLayout>
#include <QLabel>
#include <QMimeData>
#include <QResizeEvent>
#include <QScrollBar>
#include <QSignalBlocker>
#include <QSpinBox>
#include <QToolTip>
#include <QVBoxLayout>

namespace headlight {

namespace {

const auto laterEvent = static_cast<QEvent::Type>(QEvent::registerEventType());

} // namespace

QVariant ExplainBrowser::loadResource(int type, const QUrl& name)
{
    const QString text = name.toString();
    if (type == QTextDocument::ImageResource && text.startsWith(QStringLiteral("bar:")))
        return barImage(text.mid(4).toDouble(), fontMetrics().height(), devicePixelRatioF(), m_positive,
                        m_negative);
    return {}; // nothing is ever read from elsewhere
}

void ExplainBrowser::setBarColors(const QColor& positive, const QColor& negative)
{
    m_positive = positive;
    m_negative = negative;
}

QMimeData* ExplainBrowser::createMimeDataFromSelection() const
{
    QString text = textCursor().selectedText();
    text.replace(QChar(0x2212), QLatin1Char('-'))
        .replace(QChar(0x2029), QLatin1Char('\n'))
        .replace(QChar(0xA0), QLatin1Char(' '));
    text.remove(QChar(0xFFFC));
    auto* copied = new QMimeData;
    copied->setText(text);
    return copied;
}

ExplainPanel::ExplainPanel(Session& session, Selection& selection, QWidget* parent)
    : QWidget(parent)
    , m_session(session)
    , m_selection(selection)
    , m_formulas(session.resources())
    , m_formula(new FormulaView(this))
    , m_browser(new ExplainBrowser(this))
    , m_digits(new QSpinBox(this))
{
    setObjectName(QStringLiteral("explainPanel"));
    setAttribute(Qt::WA_StyledBackground);
    auto* title = new QLabel(tr("EXPLAIN"), this);
    title->setObjectName(QStringLiteral("panelTitle"));
    m_browser->setObjectName(QStringLiteral("explainText"));
    m_browser->setAccessibleName(tr("Explanation of this step and arithmetic of the selected cell"));
    m_browser->setFrameShape(QFrame::NoFrame);
    m_browser->setOpenLinks(false);
    m_browser->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    // One that comes and goes changes the width, and every text would be laid out twice.
    m_browser->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOn);
    m_browser->document()->setDocumentMargin(0);
    m_browser->setWordWrapMode(QTextOption::WordWrap);
    m_digits->setObjectName(QStringLiteral("explainDigits"));
    m_digits->setRange(1, 9);
    m_digits->setValue(3);
    m_digits->setAccessibleName(tr("Digits behind the point"));
    m_digits->setToolTip(tr("Digits behind the point; results have one more"));
    m_digits->setSuffix(tr(" digits"));
    m_digits->setButtonSymbols(QAbstractSpinBox::NoButtons); // as the fields above the stage
    m_digits->setStyleSheet(QStringLiteral("padding: 2px 6px"));
    auto* head = new QHBoxLayout;
    head->addWidget(title);
    head->addStretch(1);
    head->addWidget(m_digits);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(16, 8, 10, 8);
    layout->setSpacing(8);
    layout->addLayout(head);
    layout->addWidget(m_formula);
    layout->addWidget(m_browser, 1);

    connect(m_digits, &QSpinBox::valueChanged, this, [this] {
        showLater();
        emit optionsChanged();
    });
    connect(m_browser, &QTextBrowser::anchorClicked, this, &ExplainPanel::follow);
    connect(m_browser, &QTextBrowser::highlighted, this, [this](const QUrl& link) {
        const auto cell = cellOfLink(link.toString());
        if (!cell || !m_session.trace().valid())
            return QToolTip::hideText();
        const QString name = cellName(m_session.trace(), *cell);
        emit statusText(name);
        const bool made = cell->tensor.kind == TensorRef::Kind::Step;
        QToolTip::showText(
            QCursor::pos(),
            (made ? tr("%1\nClick to go to the step that made it") : tr("%1\nClick to see what it is"))
                .arg(name),
            m_browser);
    });
    connect(m_formula, &FormulaView::pointed, &selection, &Selection::point);
    connect(m_formula, &FormulaView::followed, this, [this](const TensorRef& tensor) {
        if (tensor.kind == TensorRef::Kind::Step)
            return m_selection.jumpTo(tensor.index);
        CellRef cell{tensor, {}};
        for (const Axis& a : axesOf(tensor))
            cell.cell.push_back(m_selection.coordinate(a));
        m_selection.jumpTo(cell);
    });
    connect(&selection, &Selection::pointedChanged, this, &ExplainPanel::showPointed);
    connect(&selection, &Selection::stepChanged, this, &ExplainPanel::showLater);
    connect(&selection, &Selection::focusChanged, this, &ExplainPanel::showLater);
    connect(&session, &Session::tensorsReady, this, &ExplainPanel::showLater);
    connect(&session, &Session::traceChanged, this, &ExplainPanel::showLater);
}

void ExplainPanel::setTexts(Texts texts)
{
    m_texts = std::move(texts);
    showLater();
}

void ExplainPanel::setDigits(int digits)
{
    const QSignalBlocker quiet(m_digits);
    m_digits->setValue(digits);
    showLater();
}

int ExplainPanel::digits() const
{
    return m_digits->value();
}

void ExplainPanel::setPartialSums(bool on)
{
    m_partialSums = on;
    showLater();
}

QString ExplainPanel::derivationAsText() const
{
    if (!m_view)
        return {};
    const bool made = m_view->cell.tensor.kind == TensorRef::Kind::Step;
    return derivationText(*m_view, made ? QString::fromStdString(withSymbols(m_view->formula.toStdString(),
                                                                             m_session.trace().program(),
                                                                             m_view->cell.tensor.index))
                                        : QString());
}

QString ExplainPanel::plainText() const
{
    return m_browser->toPlainText();
}

void ExplainPanel::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange ||
        event->type() == QEvent::StyleChange)
        showLater();
    QWidget::changeEvent(event);
}

void ExplainPanel::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    if (event->oldSize().width() != event->size().width())
        showLater();
}

void ExplainPanel::showLater()
{
    // Several signals of one move give one picture, and words come after the pixels of what they are about:
    // those are painted at Qt::LowEventPriority.
    if (!std::exchange(m_waiting, true))
        QCoreApplication::postEvent(this, new QEvent(laterEvent), Qt::LowEventPriority - 1);
}

bool ExplainPanel::event(QEvent* event)
{
    if (event->type() != laterEvent)
        return QWidget::event(event);
    m_waiting = false;
    show();
    return true;
}

ExplainStyle ExplainPanel::explainStyle() const
{
    const FigureStyle figure = FigureStyle::fromPalette(palette(), font());
    ExplainStyle style;
    style.text = figure.text;
    style.muted = figure.mutedText;
    style.first = figure.query;
    style.second = figure.key;
    style.accent = figure.accent;
    style.line = figure.line;
    style.mathFamily = QFontInfo(figure.mathFont).family();
    style.monoFamily = QFontInfo(figure.monoFont).family();
    style.pixelSize = QFontInfo(font()).pixelSize();
    style.digits = digits();
    style.partialSums = m_partialSums;
    style.showAll = m_showAll;
    style.width = m_browser->viewport()->width();
    return style;
}

Text ExplainPanel::textOf(int step) const
{
    const Program& program = m_session.trace().program();
    const Step& s = program.steps[static_cast<std::size_t>(step)];
    const Stage& stage = program.stages[static_cast<std::size_t>(s.stage)];
    const Text op = m_texts.op(s.op->name());
    const Text own = m_texts.stage(stage.key);
    if (m_selection.granularity() == Granularity::Layer) {
        // Where a layer ends, its words; a step within it that one has gone to is explained itself.
        for (int i = s.stage; i >= 0; i = program.stages[static_cast<std::size_t>(i)].parent)
            if (const Stage& layer = program.stages[static_cast<std::size_t>(i)];
                layer.number >= 0 && layer.endStep == step + 1)
                return m_texts.stage(layer.key);
    }
    const bool detail = m_selection.granularity() == Granularity::Op && stage.endStep - stage.firstStep > 1;
    if (detail && !op.empty())
        return op;
    return own.empty() ? op : own;
}

QString ExplainPanel::exampleHtml(const ExplainStyle& style) const
{
    const int index = m_session.input().example;
    if (!m_session.model() || index < 0 ||
        static_cast<std::size_t>(index) >= m_session.model()->examples.size())
        return {};
    const Example& example = m_session.model()->examples[static_cast<std::size_t>(index)];
    if (example.about.empty() && example.lookAt.empty())
        return {};
    QString html = QStringLiteral("<p style='margin-top:14px'><b>%1</b><br>%2</p>")
                       .arg(tr("What to look at in this example"), coreWords(example.about).toHtmlEscaped());
    for (std::size_t i = 0; i < example.lookAt.size() && i < 8; ++i) {
        const Example::Look& look = example.lookAt[i];
        html += QStringLiteral("<p style='margin-top:3px'><a href='look:%1' style='color:%2; "
                               "text-decoration:none'>L%3 H%4</a> %5</p>")
                    .arg(i)
                    .arg(style.accent.name())
                    .arg(look.layer)
                    .arg(look.head)
                    .arg(coreWords(look.what).toHtmlEscaped());
    }
    return html;
}

QString ExplainPanel::whatIfHtml(const ExplainStyle& style) const
{
    const int attention = m_selection.attention(), head = m_selection.head();
    if (!m_selection.inAttention())
        return {};
    const QString name = attentionTitle(m_session.trace().program(), attention);
    const bool off = m_session.headOff(attention, head);
    return QStringLiteral("<p style='margin-top:14px'><b>%1</b><br><a href='head:' style='color:%2; "
                          "text-decoration:none'>%3</a></p>")
        .arg(tr("What if…"), style.accent.name(),
             (off ? tr("%1, head %2 back on") : tr("%1, head %2 off")).arg(name).arg(head));
}

void ExplainPanel::show()
{
    const int step = m_selection.step();
    m_view.reset();
    if (step < 0 || !m_session.trace().valid()) {
        m_formula->setContent({}, false);
        return setHtml({}, false);
    }
    const ExplainStyle style = explainStyle();
    m_browser->setBarColors(QColor(0xe8590c), QColor(0x6741d9));
    const FigureSource source{m_session.trace(), m_session.model()};
    // The numbers follow the mouse to any cell; formula and words stay this step's, and do not flicker.
    const TensorRef result{TensorRef::Kind::Step, step};
    const auto cell = m_selection.focus();
    const bool own = cell && cell->tensor == result;
    QString html, formula;
    if (cell) {
        DerivationOptions options;
        options.digits = style.digits;
        options.showAll = m_showAll;
        auto view = derivationView(source, *cell, options);
        if (view)
            m_view = std::move(*view);
        else
            html = QStringLiteral("<p>%1</p>").arg(errorText(view.error()).toHtmlEscaped());
    }
    if (own && m_view)
        formula = m_view->formula;
    else if (const auto pinned = m_selection.pinned())
        if (const auto view = derivationView(source, *pinned))
            formula = view->formula;
    showFormula(style, formula, m_shownStep == step);
    QString top;
    if (const QString remark = remarkOf(formula); !remark.isEmpty())
        top = QStringLiteral("<p align='center' style='color:%1; margin-bottom:8px'>%2</p>")
                  .arg(style.muted.name(), coreLine(remark.toStdString()).toHtmlEscaped());
    const Text text = textOf(step);
    top += textHtml(text);
    if (m_view) {
        html += QStringLiteral("<hr style='color:%1; background-color:%1'>").arg(style.line.name());
        if (!own)
            html += originHtml(style, *cell);
        html += derivationHtml(*m_view, style);
    }
    html += whatIfHtml(style) + exampleHtml(style) + withoutHtml(text, style);

    setHtml(QStringLiteral("<div style='color:%1'>%2%3</div>").arg(style.text.name(), top, html),
            std::exchange(m_shownStep, step) == step);
}

void ExplainPanel::setHtml(const QString& html, bool sameStep)
{
    const bool otherFont = m_browser->document()->defaultFont() != font();
    if (otherFont) // it lays out what is there, which is about to go, once more
        m_browser->document()->setDefaultFont(font());
    QScrollBar* bar = m_browser->verticalScrollBar();
    const int scroll = sameStep ? bar->value() : 0;
    // Reading and laying out takes most of a keystroke's time here, and where no cell is explained no word is
    // another one.
    if (html != m_html || otherFont)
        m_browser->setHtml(m_html = html);
    bar->setValue(scroll);
}

void ExplainPanel::showFormula(const ExplainStyle& style, const QString& formula, bool sameStep)
{
    if (formula.isEmpty())
        return m_formula->setContent({}, false);
    const Program& program = m_session.trace().program();
    const int index = m_selection.step();
    const Step& step = program.steps[static_cast<std::size_t>(index)];
    FormulaView::Content content;
    const QString notation = notationOf(formula);
    content.svg = m_formulas.svg(notation, symbolsIn(notation, program, index));
    content.plain = QString::fromStdString(withSymbols(notation.toStdString(), program, index));
    if (content.svg.isEmpty())
        content.html =
            QStringLiteral("<span style='font-family:\"%1\"; font-size:%2px'>%3</span>")
                .arg(style.mathFamily)
                .arg(qRound(style.pixelSize * 1.35))
                .arg(formulaHtml(notation, program, index, style.first.name(), style.second.name()));
    const auto symbol = [&](const QString& element, TensorRef tensor, const QString& about) {
        content.symbols.push_back({element, tensor, tensorWords(tensor), about});
    };
    symbol(QStringLiteral("result"), {TensorRef::Kind::Step, index}, {});
    for (std::size_t i = 0; i < step.operands.size(); ++i)
        symbol(QStringLiteral("operand-%1").arg(i), step.operands[i],
               step.operands[i].kind == TensorRef::Kind::Step ? tr("Click to go to the step that made it")
                                                              : tr("Click to see what it is"));
    m_formula->setContent(std::move(content), sameStep);
}

QString ExplainPanel::tensorWords(TensorRef tensor) const
{
    const Program& program = m_session.trace().program();
    QStringList axes;
    for (const Axis& a : axesOf(tensor))
        axes << axisName(a) + QLatin1Char(' ') + QString::number(a.size);
    return QStringLiteral("%1: %2 [%3]")
        .arg(QString::fromStdString(program.symbolOf(tensor)), QString::fromStdString(program.nameOf(tensor)),
             axes.join(QStringLiteral(", ")));
}

Axes ExplainPanel::axesOf(TensorRef tensor) const
{
    // The program's own axes of inputs and results have no size: that comes with the text.
    const Trace& trace = m_session.trace();
    if (tensor.kind == TensorRef::Kind::Step)
        return trace.axes(tensor.index);
    if (const auto there = trace.tensor(tensor); tensor.kind == TensorRef::Kind::Input && there)
        return (*there)->axes();
    return trace.program().axesOf(tensor);
}

QString ExplainPanel::originHtml(const ExplainStyle& style, const CellRef& cell) const
{
    const Program& program = m_session.trace().program();
    const auto i = static_cast<std::size_t>(cell.tensor.index);
    const QString name = cellName(m_session.trace(), cell).toHtmlEscaped();
    QString words;
    if (cell.tensor.kind == TensorRef::Kind::Step) {
        words = QStringLiteral("<a href='%1' style='color:%2; text-decoration:none'>%3</a>")
                    .arg(cellLink(cell), style.accent.name(),
                         tr("Made by %1").arg(breadcrumb(program, cell.tensor.index)).toHtmlEscaped());
        const auto view = derivationView({m_session.trace(), m_session.model()}, cell);
        if (view)
            words +=
                QStringLiteral("<br><span style='font-family:\"%1\"'>%2</span>")
                    .arg(style.mathFamily, formulaHtml(notationOf(view->formula), program, cell.tensor.index,
                                                       style.first.name(), style.second.name()));
    } else if (cell.tensor.kind == TensorRef::Kind::Parameter) {
        words = tr("A learned number: it stands in the model's file, in %1, and no step makes it.")
                    .arg(QString::fromStdString(program.parameters[i].source.tensor))
                    .toHtmlEscaped();
        words += QStringLiteral("<br>") + tensorWords(cell.tensor).toHtmlEscaped();
    } else {
        words = tr("It comes from outside: %1.").arg(tensorWords(cell.tensor)).toHtmlEscaped();
    }
    return QStringLiteral("<p style='margin-bottom:6px'><b>%1</b><br>%2</p>").arg(name, words);
}

void ExplainPanel::showPointed()
{
    if (m_selection.pointed().valid() && m_session.trace().valid())
        emit statusText(tensorWords(m_selection.pointed()));
}

void ExplainPanel::follow(const QUrl& link)
{
    const QString text = link.toString();
    if (const auto cell = cellOfLink(text)) {
        m_showAll = false;
        m_selection.jumpTo(*cell);
    } else if (text.startsWith(QStringLiteral("all:")) || text.startsWith(QStringLiteral("less:"))) {
        m_showAll = text.startsWith(QStringLiteral("all:"));
        show();
    } else if (text.startsWith(QStringLiteral("sums:"))) {
        setPartialSums(!m_partialSums);
        emit optionsChanged();
    } else if (text.startsWith(QStringLiteral("head:"))) {
        const int attention = m_selection.attention(), head = m_selection.head();
        m_session.setHeadOff(attention, head, !m_session.headOff(attention, head));
    } else if (text.startsWith(QStringLiteral("look:"))) {
        m_selection.lookAt(m_session.input().example, text.mid(5).toInt());
    }
}

} // namespace headlight
