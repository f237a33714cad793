// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "panels/predictions_panel.h"

#include "figures/figure.h"
#include "figures/number_text.h"
#include "panels/flow_layout.h"
#include "session/selection.h"
#include "session/session.h"

#include <QDoubleSpinBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QPushButton>
#include <QSpinBox>
#include <QVBoxLayout>

#include <algorithm>

namespace headlight {

namespace {

constexpr int mostCandidates = 12;

/// The likeliest answers, with the probabilities that sampling would have.
Result<std::vector<Candidate>> candidatesAt(const Model& model, const Trace& trace, std::int64_t position,
                                            const Sampling& sampling)
{
    auto found = predictions(model, trace, position, mostCandidates);
    if (!found || sampling == Sampling{})
        return found;
    auto logits = logitsAt(trace, position);
    if (!logits)
        return tl::unexpected(logits.error());
    const auto p = samplingProbabilities(*logits, sampling);
    for (Candidate& c : *found)
        c.probability = p[static_cast<std::size_t>(c.id)];
    return found;
}

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
                         Qt::AlignVCenter | Qt::AlignRight, percent(c.probability));
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
                             Qt::AlignVCenter | Qt::AlignLeft, tr("logit %1").arg(fixedNumber(c.logit, 2)));
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
    , m_controls(new QWidget(this))
    , m_temperature(new QDoubleSpinBox(m_controls))
    , m_topP(new QDoubleSpinBox(m_controls))
    , m_topK(new QSpinBox(m_controls))
    , m_seed(new QSpinBox(m_controls))
    , m_count(new QSpinBox(m_controls))
    , m_generate(new QPushButton(tr("&Generate"), m_controls))
    , m_mask(new QPushButton(this))
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
    layout->addWidget(m_controls);
    layout->addWidget(m_mask, 0, Qt::AlignLeft);
    makeControls();
    connect(&session, &Session::traceChanged, this, [this] {
        m_stale = true;
        const Prediction& prediction = m_session.trace().program().prediction;
        if (prediction.stream != noStream) {
            const Trace& trace = m_session.trace();
            const auto& written = trace.input().streams[static_cast<std::size_t>(prediction.stream)];
            // Where one writes, one looks at the newest token.
            if (!m_expected.empty() && typedText(*m_session.model(), trace, prediction.stream) == m_expected)
                m_selection.setQueryToken(prediction.stream,
                                          static_cast<std::int64_t>(written.labels.size()) - 1);
            m_queryAtFirst = m_selection.queryToken(prediction.stream);
        }
        showAll();
        if (m_remaining > 0)
            writeNext();
    });
    connect(&session, &Session::problem, this, &PredictionsPanel::stopWriting);
    connect(&session, &Session::modelChanged, this, &PredictionsPanel::stopWriting);
    connect(&selection, &Selection::focusChanged, this, &PredictionsPanel::showAll);
    connect(&selection, &Selection::stepChanged, this, &PredictionsPanel::showAll);
}

void PredictionsPanel::makeControls()
{
    const auto number = [](QDoubleSpinBox* box, double least, double most, double step, double value) {
        box->setRange(least, most);
        box->setSingleStep(step);
        box->setDecimals(2);
        box->setValue(value);
    };
    number(m_temperature, 0, 10, 0.1, 1);
    number(m_topP, 0.01, 1, 0.05, 1);
    m_topK->setRange(0, 1'000'000);
    m_topK->setSpecialValueText(tr("all"));
    m_seed->setRange(0, 1'000'000'000);
    m_count->setRange(1, 10'000);
    m_count->setValue(10);
    m_temperature->setToolTip(
        tr("Logits are divided by it before the softmax; 0 always takes the likeliest"));
    m_topK->setToolTip(tr("Only so many of the likeliest tokens (Fan et al. 2018)"));
    m_topP->setToolTip(tr("Only the fewest tokens whose probabilities sum to this (Holtzman et al. 2019)"));
    m_seed->setToolTip(tr("The same seed draws the same tokens"));
    m_generate->setToolTip(
        tr("Lets the model write on; every token is a run, so that all views show its attention"));
    m_generate->setAutoDefault(false);
    auto* row = new FlowLayout(m_controls); // large letters need a second line
    row->setContentsMargins(0, 2, 0, 0);
    row->setSpacing(6);
    const auto add = [&](const QString& name, QAbstractSpinBox* box) {
        auto* pair = new QWidget(m_controls);
        auto* within = new QHBoxLayout(pair);
        within->setContentsMargins(0, 0, 4, 0);
        within->setSpacing(6);
        auto* label = new QLabel(name, pair);
        label->setObjectName(QStringLiteral("muted"));
        label->setBuddy(box);
        box->setAccessibleName(name);
        box->setButtonSymbols(QAbstractSpinBox::NoButtons);
        box->setFocusPolicy(Qt::StrongFocus);
        within->addWidget(label);
        within->addWidget(box);
        row->addWidget(pair);
    };
    add(tr("temperature"), m_temperature);
    add(tr("top-k"), m_topK);
    add(tr("top-p"), m_topP);
    add(tr("seed"), m_seed);
    add(tr("tokens"), m_count);
    row->addWidget(m_generate);
    m_controls->hide();
    m_mask->hide();
    const auto changed = [this] {
        m_stale = true;
        showAll();
    };
    connect(m_temperature, &QDoubleSpinBox::valueChanged, this, changed);
    connect(m_topP, &QDoubleSpinBox::valueChanged, this, changed);
    connect(m_topK, &QSpinBox::valueChanged, this, changed);
    connect(m_generate, &QPushButton::clicked, this, [this] { generating() ? stopWriting() : generate(); });
    connect(m_mask, &QPushButton::clicked, this, &PredictionsPanel::maskSelected);
}

Sampling PredictionsPanel::sampling() const
{
    return {m_temperature->value(), m_topK->value(), m_topP->value()};
}

void PredictionsPanel::showControls()
{
    const Trace& trace = m_session.trace();
    const Prediction& prediction = trace.program().prediction;
    const bool tokens = prediction.stream != noStream;
    m_controls->setVisible(tokens && prediction.kind == Prediction::Kind::NextToken);
    const std::int64_t chosen = tokens ? m_selection.queryToken(prediction.stream) : -1;
    const bool mask = prediction.kind == Prediction::Kind::MaskedToken &&
                      textWithMask(*m_session.model(), trace, prediction.stream, chosen);
    m_mask->setVisible(mask);
    if (mask)
        m_mask->setText(tr("&Mask “%1”").arg(QString::fromStdString(trace.label(prediction.stream, chosen))));
}

void PredictionsPanel::generate()
{
    if (!m_session.trace().valid())
        return;
    m_sampler = TokenSampler(static_cast<std::uint32_t>(m_seed->value()));
    m_remaining = m_count->value();
    m_expected.clear();
    m_generate->setText(tr("&Stop"));
    writeNext();
}

void PredictionsPanel::stopWriting()
{
    m_remaining = 0;
    m_generate->setText(tr("&Generate"));
}

void PredictionsPanel::writeNext()
{
    const Trace trace = m_session.trace();
    const StreamIndex stream = trace.program().prediction.stream;
    if (stream == noStream || trace.program().prediction.kind != Prediction::Kind::NextToken)
        return stopWriting();
    const auto& given = trace.input().streams[static_cast<std::size_t>(stream)];
    const Stream& limits = trace.program().streams[static_cast<std::size_t>(stream)];
    const auto count = static_cast<std::int64_t>(given.labels.size());
    // Whoever types takes over.
    if ((!m_expected.empty() && typedText(*m_session.model(), trace, stream) != m_expected) ||
        (limits.contextLength > 0 && count >= limits.contextLength))
        return stopWriting();
    m_session.background("write",
                         [this, trace, count, stream, model = m_session.model(), how = sampling(),
                          sampler = m_sampler](const std::stop_token&) mutable -> Session::Finish {
                             auto logits = logitsAt(trace, count - 1);
                             std::optional<std::string> text;
                             if (logits)
                                 text = textWithToken(*model, trace, stream,
                                                      sampler.draw(samplingProbabilities(*logits, how)));
                             return [this, text, stream, sampler] {
                                 if (m_remaining == 0)
                                     return;
                                 if (!text)
                                     return stopWriting();
                                 m_sampler = sampler;
                                 m_expected = *text;
                                 if (--m_remaining == 0)
                                     stopWriting();
                                 emit textWanted(stream, QString::fromStdString(*text));
                             };
                         });
}

void PredictionsPanel::maskSelected()
{
    const Trace& trace = m_session.trace();
    const StreamIndex stream = trace.program().prediction.stream;
    const std::int64_t chosen = m_selection.queryToken(stream);
    if (const auto text = textWithMask(*m_session.model(), trace, stream, chosen))
        m_session.replaceText(stream, *text, [token = QString::fromStdString(trace.label(stream, chosen))] {
            return tr("Mask “%1”").arg(token);
        });
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
    const std::int64_t chosen = m_selection.queryToken(prediction.stream);
    // A gap is what one wants to see filled, until one chooses another token.
    if (prediction.kind == Prediction::Kind::MaskedToken && chosen == m_queryAtFirst) {
        const Tokenizer* tokenizer = m_session.model()->tokenizerOf(prediction.stream);
        for (std::int64_t i = 0; tokenizer && i < count; ++i) {
            const PositionLabel& label = labels[static_cast<std::size_t>(i)];
            if (label.special &&
                QString::fromStdString(label.text).contains(QStringLiteral("mask"), Qt::CaseInsensitive))
                return i;
        }
    }
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
        m_controls->hide();
        m_mask->hide();
        m_hint->hide();
        m_list->setCandidates({});
        return;
    }
    showControls();
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
        return take(candidatesAt(*m_session.model(), trace, position, sampling()));
    m_session.background("predictions",
                         [this, trace, model = m_session.model(), position,
                          how = sampling()](const std::stop_token&) -> Session::Finish {
                             auto found = std::make_shared<Result<std::vector<Candidate>>>(
                                 candidatesAt(*model, trace, position, how));
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
