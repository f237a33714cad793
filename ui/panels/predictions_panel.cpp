// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "panels/predictions_panel.h"

#include "figures/figure.h"
#include "session/selection.h"
#include "session/session.h"

#include <QLabel>
#include <QPainter>
#include <QVBoxLayout>

#include <algorithm>

namespace headlight {

namespace {

constexpr int mostCandidates = 12;

} // namespace

CandidateList::CandidateList(QWidget* parent)
    : QWidget(parent)
{
    setObjectName(QStringLiteral("candidates"));
    setAccessibleName(tr("Likeliest answers"));
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
}

void CandidateList::setCandidates(std::vector<Candidate> candidates)
{
    m_candidates = std::move(candidates);
    QStringList words;
    for (const Candidate& c : m_candidates)
        words << QStringLiteral("%1 %2 %")
                     .arg(QString::fromStdString(c.label))
                     .arg(100 * c.probability, 0, 'f', 1);
    setAccessibleDescription(words.join(QStringLiteral(", ")));
    QWidget::update();
}

QSize CandidateList::minimumSizeHint() const
{
    return {160, 3 * (fontMetrics().height() + 6)};
}

void CandidateList::paintEvent(QPaintEvent*)
{
    const FigureStyle style = FigureStyle::fromPalette(palette(), font());
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setFont(font());
    const QFontMetrics metrics(font());
    // As many columns as the height asks for: no answer is left out while there is room beside it.
    const int rowHeight = metrics.height() + 7, perColumn = std::max(1, height() / rowHeight);
    const int columns = std::clamp((static_cast<int>(m_candidates.size()) + perColumn - 1) / perColumn, 1,
                                   std::max(1, width() / 300));
    const int columnWidth = std::min(460, width() / columns);
    int labelWidth = 40;
    for (const Candidate& c : m_candidates)
        labelWidth = std::max(labelWidth, metrics.horizontalAdvance(QString::fromStdString(c.label)) + 10);
    labelWidth = std::min(labelWidth, columnWidth / 3);
    const int numberWidth = metrics.horizontalAdvance(QStringLiteral("100.0 %")) + 10;
    const int logitWidth = metrics.horizontalAdvance(QStringLiteral("logit −00.00")) + 14;
    for (std::size_t i = 0; i < m_candidates.size(); ++i) {
        const Candidate& c = m_candidates[i];
        const int column = static_cast<int>(i) / perColumn;
        if (column >= columns)
            break;
        const int x = column * columnWidth, y = static_cast<int>(i) % perColumn * rowHeight;
        const QString label = QString::fromStdString(c.label);
        painter.setPen(style.text);
        painter.drawText(QRect(x, y, labelWidth, rowHeight), Qt::AlignVCenter | Qt::AlignLeft,
                         metrics.elidedText(label, Qt::ElideRight, labelWidth - 4));
        painter.drawText(QRect(x + labelWidth, y, numberWidth - 8, rowHeight),
                         Qt::AlignVCenter | Qt::AlignRight,
                         QStringLiteral("%1 %").arg(100 * c.probability, 0, 'f', 1));
        const bool logits = columnWidth > labelWidth + numberWidth + logitWidth + 90;
        const QRectF track(x + labelWidth + numberWidth, y + rowHeight / 2.0 - 4,
                           columnWidth - labelWidth - numberWidth - (logits ? logitWidth : 0) - 24, 8);
        painter.setPen(Qt::NoPen);
        painter.setBrush(style.masked);
        painter.drawRoundedRect(track, 4, 4);
        QRectF bar = track;
        bar.setWidth(std::max(2.0, track.width() * std::clamp(c.probability, 0.0, 1.0)));
        painter.setBrush(style.accent);
        painter.drawRoundedRect(bar, std::min(4.0, bar.width() / 2), std::min(4.0, bar.width() / 2));
        if (logits) {
            painter.setPen(style.mutedText);
            painter.drawText(QRectF(track.right() + 8, y, logitWidth, rowHeight),
                             Qt::AlignVCenter | Qt::AlignLeft, tr("logit %1").arg(c.logit, 0, 'f', 2));
        }
    }
}

PredictionsPanel::PredictionsPanel(Session& session, Selection& selection, QWidget* parent)
    : QWidget(parent)
    , m_session(session)
    , m_selection(selection)
    , m_title(new QLabel(this))
    , m_hint(new QLabel(this))
    , m_list(new CandidateList(this))
{
    setObjectName(QStringLiteral("predictionsPanel"));
    setAttribute(Qt::WA_StyledBackground);
    m_title->setObjectName(QStringLiteral("panelHeading"));
    m_hint->setObjectName(QStringLiteral("muted"));
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(18, 8, 14, 8);
    layout->setSpacing(4);
    layout->addWidget(m_title);
    layout->addWidget(m_hint);
    layout->addSpacing(4);
    layout->addWidget(m_list, 1);
    connect(&session, &Session::traceChanged, this, [this] {
        m_stale = true;
        showAll();
    });
    connect(&selection, &Selection::focusChanged, this, &PredictionsPanel::showAll);
    connect(&selection, &Selection::stepChanged, this, &PredictionsPanel::showAll);
}

void PredictionsPanel::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    showAll();
}

std::int64_t PredictionsPanel::wantedPosition() const
{
    const Trace& trace = m_session.trace();
    const Prediction& prediction = trace.program().prediction;
    if (prediction.stream == noStream)
        return 0;
    const auto& labels = trace.input().streams[static_cast<std::size_t>(prediction.stream)].labels;
    const auto count = static_cast<std::int64_t>(labels.size());
    // A gap is what one wants to see filled.
    if (prediction.kind == Prediction::Kind::MaskedToken) {
        const Tokenizer* tokenizer = m_session.model()->tokenizerOf(prediction.stream);
        for (std::int64_t i = 0; tokenizer && i < count; ++i) {
            const PositionLabel& label = labels[static_cast<std::size_t>(i)];
            if (label.special &&
                QString::fromStdString(label.text).contains(QStringLiteral("mask"), Qt::CaseInsensitive))
                return i;
        }
    }
    const std::int64_t chosen = m_selection.queryToken(prediction.stream);
    return chosen < 0 ? count - 1 : std::min(chosen, count - 1);
}

QString PredictionsPanel::heading() const
{
    const Trace& trace = m_session.trace();
    const Prediction& prediction = trace.program().prediction;
    const QString token = QString::fromStdString(trace.label(prediction.stream, m_position));
    switch (prediction.kind) {
    case Prediction::Kind::NextToken:
        return tr("After “%1” the model expects").arg(token);
    case Prediction::Kind::MaskedToken:
        return tr("In place of “%1” the model expects").arg(token);
    case Prediction::Kind::Classes:
        return prediction.stream == noStream ? tr("The model sees") : tr("At “%1” the model sees").arg(token);
    case Prediction::Kind::None:
        return prediction.stream == noStream ? tr("The result") : tr("The result at “%1”").arg(token);
    }
    return {};
}

void PredictionsPanel::showAll()
{
    if (!isVisible() || !m_session.trace().valid())
        return;
    const Trace trace = m_session.trace();
    const Prediction& prediction = trace.program().prediction;
    if (prediction.logits < 0) {
        m_title->setText(tr("This model makes no prediction"));
        m_list->setCandidates({});
        return;
    }
    const std::int64_t position = wantedPosition();
    if (!m_stale && position == m_position)
        return;
    m_stale = false;
    m_position = position;
    m_title->setText(heading());
    m_hint->setText(prediction.stream == noStream
                        ? QString()
                        : tr("position %1; click a token above for another").arg(position));
    m_hint->setVisible(prediction.stream != noStream);
    if (trace.kept(prediction.logits) && (prediction.probs < 0 || trace.kept(prediction.probs)))
        return take(predictions(*m_session.model(), trace, position, mostCandidates));
    m_session.background(
        "predictions",
        [this, trace, model = m_session.model(), position](const std::stop_token&) -> Session::Finish {
            auto found = std::make_shared<Result<std::vector<Candidate>>>(
                predictions(*model, trace, position, mostCandidates));
            return [this, found] { take(std::move(*found)); };
        });
}

void PredictionsPanel::take(Result<std::vector<Candidate>> candidates)
{
    if (!candidates) {
        m_hint->setText(errorText(candidates.error()));
        m_list->setCandidates({});
        return;
    }
    m_list->setCandidates(std::move(*candidates));
}

} // namespace headlight
