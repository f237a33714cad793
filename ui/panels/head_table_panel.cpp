// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "panels/head_table_panel.h"

#include "analysis/head_table.h"
#include "formats/files.h"
#include "panels/analyse_in_background.h"
#include "panels/stage_titles.h"
#include "session/core_words.h"
#include "session/selection.h"
#include "session/session.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>
#include <QSortFilterProxyModel>
#include <QTableView>
#include <QVBoxLayout>

#include <cmath>

namespace headlight {

namespace {

enum Column { LayerColumn, HeadColumn, LabelColumn, FirstMetric };

} // namespace

void HeadTableModel::setHeads(std::shared_ptr<const Program> program, HeadAnalysis analysis, bool all)
{
    beginResetModel();
    m_program = std::move(program);
    m_analysis = std::move(analysis);
    m_definitions = all ? allMetricDefinitions() : metricDefinitions();
    endResetModel();
}

std::string HeadTableModel::csv(const std::vector<int>& rows) const
{
    if (!m_program)
        return {};
    std::vector<HeadMetrics> heads;
    for (const int row : rows)
        heads.push_back(m_analysis.heads[static_cast<std::size_t>(row)]);
    return headsAsCsv(*m_program, heads, m_definitions);
}

int HeadTableModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_analysis.heads.size());
}

int HeadTableModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : FirstMetric + static_cast<int>(m_definitions.size());
}

QVariant HeadTableModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid() || !m_program)
        return {};
    const HeadMetrics& head = m_analysis.heads[static_cast<std::size_t>(index.row())];
    const bool shown = role == Qt::DisplayRole, sorted = role == SortRole;
    switch (index.column()) {
    case LayerColumn:
        if (shown)
            return attentionTitle(*m_program, head.layer);
        return sorted ? QVariant(head.layer) : QVariant();
    case HeadColumn:
        return shown || sorted ? QVariant(head.head) : QVariant();
    case LabelColumn: {
        const auto finding = head.finding();
        if (role == Qt::ToolTipRole)
            return finding ? headEvidence(*finding) : tr("no number is clear enough for a name");
        if (shown && finding)
            return tr("%1 (%2)").arg(headLabel(finding->label)).arg(finding->value, 0, 'f', 2);
        // Unnamed ones come last whichever way the others are sorted by name.
        return sorted ? QVariant(finding ? headLabel(finding->label) : QString(QChar(0xffff))) : QVariant();
    }
    default:
        break;
    }
    const MetricDefinition& d = m_definitions[static_cast<std::size_t>(index.column() - FirstMetric)];
    if (role == Qt::TextAlignmentRole)
        return QVariant(Qt::AlignRight | Qt::AlignVCenter);
    const auto value = head.value(d.key);
    if (role == Qt::ToolTipRole)
        return headerData(index.column(), Qt::Horizontal, Qt::ToolTipRole);
    if (shown)
        return value ? QString::number(*value, 'f', 3) : QStringLiteral("–");
    return sorted ? QVariant(value ? *value : -1e300) : QVariant();
}

QVariant HeadTableModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal)
        return {};
    if (section < FirstMetric) {
        if (role == Qt::DisplayRole)
            return section == LayerColumn  ? tr("Layer")
                   : section == HeadColumn ? tr("Head")
                                           : tr("What it does");
        return {};
    }
    const MetricDefinition& d = m_definitions[static_cast<std::size_t>(section - FirstMetric)];
    if (role == Qt::DisplayRole)
        return coreWords(d.title);
    if (role == Qt::ToolTipRole) {
        QString text = coreWords(d.title) + QStringLiteral(": ") + coreWords(d.definition) +
                       QStringLiteral("\n") + coreWords(d.source);
        for (const HeadAnalysis::Missing& m : m_analysis.missing)
            if (m.metric == d.key)
                text += QStringLiteral("\n") + tr("Not here: %1").arg(coreLine(m.reason));
        return text;
    }
    return {};
}

HeadTablePanel::HeadTablePanel(Session& session, Selection& selection, QWidget* parent)
    : QWidget(parent)
    , m_session(session)
    , m_selection(selection)
    , m_model(new HeadTableModel(this))
    , m_sorted(new QSortFilterProxyModel(this))
    , m_table(new QTableView(this))
    , m_all(new QPushButton(tr("Compute &all"), this))
    , m_save(new QPushButton(tr("&Save as CSV …"), this))
    , m_note(new QLabel(this))
    , m_progress(new QProgressBar(this))
{
    setObjectName(QStringLiteral("headTablePanel"));
    setAttribute(Qt::WA_StyledBackground);
    m_sorted->setSourceModel(m_model);
    m_sorted->setSortRole(HeadTableModel::SortRole);
    m_table->setObjectName(QStringLiteral("headTable"));
    m_table->setAccessibleName(tr("All heads with their numbers"));
    m_table->setModel(m_sorted);
    m_table->setSortingEnabled(true);
    m_table->sortByColumn(0, Qt::AscendingOrder);
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->setTabKeyNavigation(false);
    m_table->setShowGrid(false);
    m_table->setWordWrap(false);
    m_table->verticalHeader()->hide();
    m_table->verticalHeader()->setDefaultSectionSize(fontMetrics().height() + 8);
    m_table->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    m_all->setToolTip(
        tr("Also those that need the weights and further runs: OV and QK circuits, norm-weighted "
           "attention, induction on random tokens, importance by ablation"));
    m_note->setObjectName(QStringLiteral("muted"));
    m_note->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    m_progress->setTextVisible(false);
    m_progress->setFixedWidth(120);
    m_progress->setAccessibleName(tr("Progress of the metrics"));
    m_progress->hide();
    auto* top = new QHBoxLayout;
    top->setSpacing(10);
    top->addWidget(m_note, 1);
    top->addWidget(m_progress);
    top->addWidget(m_all);
    top->addWidget(m_save);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(10, 6, 10, 2);
    layout->setSpacing(4);
    layout->addLayout(top);
    layout->addWidget(m_table, 1);

    connect(&session, &Session::traceChanged, this, [this] {
        m_stale = true;
        setWorking(false);
        if (isVisible())
            compute(false);
    });
    connect(&session, &Session::busyChanged, this, [this](bool busy) {
        if (busy)
            setWorking(false); // a new run has taken the worker
    });
    connect(&session, &Session::progressed, this, [this](int done, int total) {
        m_progress->setRange(0, total);
        m_progress->setValue(done);
    });
    connect(m_all, &QPushButton::clicked, this, [this] {
        if (m_stop) {
            m_stop->request_stop();
            setWorking(false);
        } else {
            compute(true);
        }
    });
    connect(m_save, &QPushButton::clicked, this, &HeadTablePanel::saveWanted);
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            [this](const QModelIndex& now) {
                if (!now.isValid() || m_selecting)
                    return;
                const auto& head =
                    m_model->analysis().heads[static_cast<std::size_t>(m_sorted->mapToSource(now).row())];
                m_selection.jumpToHead(head.layer, head.head);
            });
    connect(&selection, &Selection::focusChanged, this, &HeadTablePanel::showSelected);
    connect(&selection, &Selection::stepChanged, this, &HeadTablePanel::showSelected);
}

void HeadTablePanel::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    if (m_stale && m_session.trace().valid())
        compute(false);
}

void HeadTablePanel::setWorking(bool working)
{
    if (!working)
        m_stop.reset();
    m_progress->setVisible(working);
    m_all->setText(working ? tr("&Cancel") : tr("Compute &all"));
}

void HeadTablePanel::compute(bool all)
{
    m_stale = false;
    auto own = std::make_shared<std::stop_source>();
    if (all) {
        setWorking(true);
        m_stop = own;
        m_progress->setRange(0, 0);
    }
    analyseInBackground(m_session, "head table", all ? furtherMetrics() : std::vector<std::string>{}, own,
                        all,
                        [this, own, all, program = m_session.model()->program](Result<HeadAnalysis> found) {
                            if (!all || m_stop == own)
                                take(program, std::move(found), all);
                        });
}

void HeadTablePanel::take(std::shared_ptr<const Program> program, Result<HeadAnalysis> analysis, bool all)
{
    if (all)
        setWorking(false);
    if (!analysis) {
        m_note->setText(errorText(analysis.error()));
        return;
    }
    QStringList missing;
    for (const HeadAnalysis::Missing& m : analysis->missing)
        for (const MetricDefinition& d : allMetricDefinitions())
            if (d.key == m.metric)
                missing << tr("no %1: %2").arg(coreWords(d.title), coreLine(m.reason));
    m_note->setText(
        missing.isEmpty()
            ? tr("%1 heads; click a column to sort by it, a row to go to it").arg(analysis->heads.size())
            : missing.join(QStringLiteral("; ")));
    m_note->setToolTip(m_note->text());
    m_selecting = true;
    m_model->setHeads(std::move(program), std::move(*analysis), all);
    m_table->resizeColumnsToContents();
    m_selecting = false;
    showSelected();
}

std::optional<HeadAnalysis> HeadTablePanel::allNumbers() const
{
    if (m_stale || m_model->definitions().size() != allMetricDefinitions().size())
        return std::nullopt;
    return m_model->analysis();
}

void HeadTablePanel::setAllNumbers(HeadAnalysis analysis)
{
    m_stale = false;
    take(m_session.model()->program, std::move(analysis), true);
}

void HeadTablePanel::showSelected()
{
    if (!isVisible())
        return;
    const auto& heads = m_model->analysis().heads;
    for (std::size_t i = 0; i < heads.size(); ++i)
        if (heads[i].layer == m_selection.attention() && heads[i].head == m_selection.head()) {
            const QModelIndex row = m_sorted->mapFromSource(m_model->index(static_cast<int>(i), 0));
            m_selecting = true;
            const QModelIndex now = m_table->currentIndex();
            if (now.row() != row.row())
                m_table->setCurrentIndex(row.siblingAtColumn(std::max(0, now.column())));
            m_selecting = false;
        }
}

Result<void> HeadTablePanel::save(const QString& path) const
{
    std::vector<int> rows;
    for (int r = 0; r < m_sorted->rowCount(); ++r)
        rows.push_back(m_sorted->mapToSource(m_sorted->index(r, 0)).row());
    const std::string text = m_model->csv(rows);
    return writeFileAtomically(path.toStdString(), text);
}

} // namespace headlight
