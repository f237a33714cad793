// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "panels/explain_panel.h"

#include "figures/core_words.h"
#include "panels/stage_titles.h"
#include "session/selection.h"
#include "session/session.h"

#include <QEvent>
#include <QFontDatabase>
#include <QFontInfo>
#include <QLabel>
#include <QMimeData>
#include <QResizeEvent>
#include <QScrollBar>
#include <QTimer>
#include <QToolTip>
#include <QVBoxLayout>

namespace headlight {

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
    text.replace(QChar(0x2212), QLatin1Char('-')).replace(QChar(0x2029), QLatin1Char('\n'));
    text.remove(QChar(0xFFFC));
    auto* copied = new QMimeData;
    copied->setText(text);
    return copied;
}

ExplainPanel::ExplainPanel(Session& session, Selection& selection, QWidget* parent)
    : QWidget(parent)
    , m_session(session)
    , m_selection(selection)
    , m_browser(new ExplainBrowser(this))
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
    m_browser->document()->setDocumentMargin(0);
    m_browser->setWordWrapMode(QTextOption::WordWrap);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(16, 12, 10, 8);
    layout->setSpacing(8);
    layout->addWidget(title);
    layout->addWidget(m_browser, 1);

    connect(m_browser, &QTextBrowser::anchorClicked, this, &ExplainPanel::follow);
    connect(m_browser, &QTextBrowser::highlighted, this, [this](const QUrl& link) {
        const auto cell = cellOfLink(link.toString());
        if (!cell || !m_session.trace().valid())
            return QToolTip::hideText();
        const QString name = cellName(m_session.trace(), *cell);
        emit statusText(name);
        QToolTip::showText(QCursor::pos(), tr("%1\nClick to go to the step that made it").arg(name),
                           m_browser);
    });
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
    // Several signals of one move give one picture.
    if (std::exchange(m_waiting, true))
        return;
    QTimer::singleShot(0, this, [this] {
        m_waiting = false;
        show();
    });
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
    style.showAll = m_showAll;
    style.width = m_browser->viewport()->width();
    style.bars = style.width > 300;
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
        for (int i = s.stage; i >= 0; i = program.stages[static_cast<std::size_t>(i)].parent)
            if (program.stages[static_cast<std::size_t>(i)].number >= 0)
                return m_texts.stage(program.stages[static_cast<std::size_t>(i)].key);
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
        m_browser->clear();
        return;
    }
    const ExplainStyle style = explainStyle();
    m_browser->setBarColors(QColor(0xe8590c), QColor(0x6741d9));
    const FigureSource source{m_session.trace(), m_session.model()};
    // Only this step's result is explained: the words must not flicker while the mouse crosses the operands.
    const auto& hovered = m_selection.hovered();
    const bool own = hovered && hovered->tensor == TensorRef{TensorRef::Kind::Step, step};
    const auto cell = own ? hovered : m_selection.pinned();
    QString html;
    if (cell) {
        DerivationOptions options;
        options.showAll = m_showAll;
        auto view = derivationView(source, *cell, options);
        if (view)
            m_view = std::move(*view);
        else
            html = QStringLiteral("<p>%1</p>").arg(errorText(view.error()).toHtmlEscaped());
    }
    QString top;
    if (m_view && !m_view->formula.isEmpty() && cell->tensor.kind == TensorRef::Kind::Step)
        top = QStringLiteral("<p align='center' style='font-family:\"%1\"; font-size:%2px; margin-top:2px; "
                             "margin-bottom:10px'>%3</p>")
                  .arg(style.mathFamily)
                  .arg(qRound(style.pixelSize * 1.35))
                  .arg(formulaHtml(m_view->formula, source.trace.program(), cell->tensor.index,
                                   style.first.name(), style.second.name()));
    const int about = cell && cell->tensor.kind == TensorRef::Kind::Step ? cell->tensor.index : step;
    const Text text = textOf(about);
    top += textHtml(text);
    if (m_view)
        html += QStringLiteral("<hr style='color:%1; background-color:%1'>").arg(style.line.name()) +
                derivationHtml(*m_view, style);
    html += whatIfHtml(style) + exampleHtml(style) + withoutHtml(text, style);

    const int scroll = m_shownStep == step ? m_browser->verticalScrollBar()->value() : 0;
    m_shownStep = step;
    m_browser->document()->setDefaultFont(font());
    m_browser->setHtml(QStringLiteral("<div style='color:%1'>%2%3</div>").arg(style.text.name(), top, html));
    m_browser->verticalScrollBar()->setValue(scroll);
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
    } else if (text.startsWith(QStringLiteral("head:"))) {
        const int attention = m_selection.attention(), head = m_selection.head();
        m_session.setHeadOff(attention, head, !m_session.headOff(attention, head));
    } else if (text.startsWith(QStringLiteral("look:"))) {
        m_selection.lookAt(m_session.input().example, text.mid(5).toInt());
    }
}

} // namespace headlight
