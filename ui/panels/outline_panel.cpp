// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "panels/outline_panel.h"

#include "figures/figure.h"
#include "session/selection.h"
#include "session/session.h"

#include <QHeaderView>
#include <QKeyEvent>
#include <QLabel>
#include <QMouseEvent>
#include <QPainter>
#include <QStyledItemDelegate>
#include <QVBoxLayout>

#include <algorithm>

namespace headlight {

namespace {

class OutlineDelegate final : public QStyledItemDelegate
{
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override
    {
        using State = OutlineModel::State;
        const FigureStyle style = FigureStyle::fromPalette(option.palette, option.font);
        const auto state = static_cast<State>(index.data(OutlineModel::StateRole).toInt());
        const bool current = state == State::Current;
        painter->save();
        painter->setRenderHint(QPainter::Antialiasing);
        const QRect row(0, option.rect.top(), option.widget ? option.widget->width() : option.rect.right(),
                        option.rect.height());
        if (current || (option.state & QStyle::State_MouseOver)) {
            QColor back = style.accent;
            back.setAlphaF(current ? 0.13F : 0.05F);
            painter->setPen(Qt::NoPen);
            painter->setBrush(back);
            painter->drawRoundedRect(row.adjusted(6, 0, -6, 0), 5, 5);
        }
        if (option.state & QStyle::State_HasFocus) {
            painter->setPen(QPen(style.accent, 1));
            painter->setBrush(Qt::NoBrush);
            painter->drawRoundedRect(QRectF(row).adjusted(6.5, 0.5, -6.5, -0.5), 5, 5);
        }
        const double middle = option.rect.center().y() + 0.5;
        if (index.data(OutlineModel::BreakpointRole).toBool()) {
            painter->setPen(Qt::NoPen);
            painter->setBrush(QColor(0xe03131));
            painter->drawEllipse(QPointF(OutlineView::gutter / 2.0 + 6, middle), 4, 4);
        }
        const QPointF centre(option.rect.left() + 8.0, middle);
        const bool small = index.data(OutlineModel::IsStepRole).toBool();
        const double radius = small ? 3.2 : 4.4;
        const QColor done(style.dark ? 0x51b36b : 0x2b8a3e);
        painter->setPen(state == State::Done || current
                            ? Qt::NoPen
                            : QPen(state == State::Within ? style.accent : style.mutedText, 1.4));
        painter->setBrush(state == State::Done ? done : current ? style.accent : QColor(Qt::transparent));
        painter->drawEllipse(centre, radius, radius);

        const QString size = index.data(OutlineModel::SizeRole).toString();
        QFont sizeFont = option.font;
        sizeFont.setPixelSize(std::max(8, style.font.pixelSize() - 2));
        const int right = row.right() - 12;
        int sizeWidth = QFontMetrics(sizeFont).horizontalAdvance(size);
        QFont font = option.font;
        font.setBold(current);
        if (small)
            font.setPixelSize(std::max(8, style.font.pixelSize() - 1));
        const auto change = static_cast<StepChange>(index.data(OutlineModel::ChangeRole).toInt());
        const int mark = change == StepChange::None ? 0 : 13;
        const int room = right - option.rect.left() - 26 - mark;
        // Where both do not fit, the name is worth more than the size, which the tip says as well.
        if (QFontMetrics(font).horizontalAdvance(index.data().toString()) > room - sizeWidth)
            sizeWidth = 0;
        painter->setFont(sizeFont);
        painter->setPen(style.mutedText);
        if (sizeWidth > 0)
            painter->drawText(QRect(right - sizeWidth, option.rect.top(), sizeWidth, option.rect.height()),
                              Qt::AlignVCenter | Qt::AlignRight, size);
        painter->setFont(font);
        painter->setPen(state == State::Next ? style.mutedText : style.text);
        const QRect text(option.rect.left() + 20, option.rect.top(), room - sizeWidth, option.rect.height());
        const QString title =
            QFontMetrics(font).elidedText(index.data().toString(), Qt::ElideRight, text.width());
        painter->drawText(text, Qt::AlignVCenter | Qt::AlignLeft, title);
        if (mark > 0) {
            // Full where the change is, hollow where it is only felt.
            const QColor amber(style.dark ? 0xffb454 : 0xd9730d);
            const QPointF at(text.left() + QFontMetrics(font).horizontalAdvance(title) + 9.0, middle);
            const double r = change == StepChange::Changed ? 4.2 : 2.8;
            painter->setPen(QPen(amber, 1.2));
            painter->setBrush(change == StepChange::Changed ? amber : QColor(Qt::transparent));
            painter->drawPolygon(QPolygonF(
                {at + QPointF(0, -r), at + QPointF(r, 0), at + QPointF(0, r), at + QPointF(-r, 0)}));
        }
        painter->restore();
    }

    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override
    {
        const bool small = index.data(OutlineModel::IsStepRole).toBool();
        return {100, QFontMetrics(option.font).height() + (small ? 5 : 9)};
    }
};

} // namespace

OutlineView::OutlineView(QWidget* parent)
    : QTreeView(parent)
{
    setHeaderHidden(true);
    setFrameShape(QFrame::NoFrame);
    setIndentation(14);
    setRootIsDecorated(true);
    setUniformRowHeights(false);
    setMouseTracking(true);
    setSelectionMode(QAbstractItemView::NoSelection);
    setEditTriggers(QAbstractItemView::NoEditTriggers);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    setExpandsOnDoubleClick(true);
    // A click must not take the arrow keys away from the transport; Tab does.
    setFocusPolicy(Qt::TabFocus);
    header()->setStretchLastSection(true);
}

void OutlineView::mousePressEvent(QMouseEvent* event)
{
    const QModelIndex index = indexAt(event->position().toPoint());
    if (index.isValid() && event->position().x() < gutter + 4)
        emit gutterClicked(index);
    else
        QTreeView::mousePressEvent(event);
}

void OutlineView::mouseReleaseEvent(QMouseEvent* event)
{
    if (event->position().x() >= gutter + 4)
        QTreeView::mouseReleaseEvent(event);
}

void OutlineView::drawBranches(QPainter* painter, const QRect& rect, const QModelIndex& index) const
{
    if (model()->rowCount(index) == 0)
        return;
    const FigureStyle style = FigureStyle::fromPalette(palette(), font());
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setPen(QPen(style.mutedText, 1.3));
    const QPointF c(rect.right() - 5, rect.center().y() + 0.5);
    if (isExpanded(index))
        painter->drawPolyline(QPolygonF({c + QPointF(-3, -1.5), c + QPointF(0, 1.5), c + QPointF(3, -1.5)}));
    else
        painter->drawPolyline(QPolygonF({c + QPointF(-1.5, -3), c + QPointF(1.5, 0), c + QPointF(-1.5, 3)}));
    painter->restore();
}

bool OutlineView::event(QEvent* event)
{
    // With the keyboard in the list, its keys are the list's.
    if (event->type() == QEvent::ShortcutOverride) {
        switch (static_cast<QKeyEvent*>(event)->key()) {
        case Qt::Key_Up:
        case Qt::Key_Down:
        case Qt::Key_Left:
        case Qt::Key_Right:
        case Qt::Key_Home:
        case Qt::Key_End:
        case Qt::Key_Space:
        case Qt::Key_Return:
            event->accept();
            return true;
        default:
            break;
        }
    }
    return QTreeView::event(event);
}

OutlinePanel::OutlinePanel(Session& session, Selection& selection, QWidget* parent)
    : QWidget(parent)
    , m_session(session)
    , m_selection(selection)
    , m_model(new OutlineModel(this))
    , m_view(new OutlineView(this))
{
    setObjectName(QStringLiteral("outlinePanel"));
    setAttribute(Qt::WA_StyledBackground);
    auto* title = new QLabel(tr("STAGES"), this);
    title->setObjectName(QStringLiteral("panelTitle"));
    title->setContentsMargins(16, 0, 0, 0);
    m_view->setObjectName(QStringLiteral("outline"));
    m_view->setAccessibleName(tr("Stages of the model"));
    m_view->setModel(m_model);
    m_view->setItemDelegate(new OutlineDelegate(m_view));
    // Rows are painted over their whole width, the view only repaints an item's own rectangle.
    connect(m_model, &OutlineModel::dataChanged, m_view->viewport(), qOverload<>(&QWidget::update));
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 12, 0, 4);
    layout->setSpacing(6);
    layout->addWidget(title);
    layout->addWidget(m_view, 1);

    const auto go = [this](const QModelIndex& index) {
        const bool own = index.data(OutlineModel::IsStepRole).toBool();
        // A single step in the list is walked to as one; a stage keeps the way of walking.
        if (own)
            m_selection.setGranularity(Granularity::Op);
        else if (m_selection.granularity() == Granularity::Op && m_model->rowCount(index) > 0)
            m_selection.setGranularity(Granularity::Stage);
        m_selection.jumpTo(index.data(OutlineModel::StepRole).toInt());
    };
    connect(m_view, &QTreeView::clicked, this, go);
    connect(m_view, &QTreeView::activated, this, go);
    connect(m_view, &OutlineView::gutterClicked, this, [this](const QModelIndex& index) {
        m_selection.toggleBreakpoint(index.data(OutlineModel::StepRole).toInt());
    });
    connect(&session, &Session::modelChanged, this, &OutlinePanel::modelChanged);
    connect(&session, &Session::traceChanged, this, [this] {
        const Trace& trace = m_session.trace();
        m_model->setTrace(trace);
        m_model->setChanges(trace.overrides().empty() ? std::vector<StepChange>()
                                                      : changesOf(trace.program(), trace.overrides()));
    });
    connect(&selection, &Selection::stepChanged, this, &OutlinePanel::stepChanged);
    connect(&selection, &Selection::breakpointsChanged, this,
            [this] { m_model->setBreakpoints(m_selection.breakpoints()); });
}

void OutlinePanel::modelChanged()
{
    m_opened.clear();
    m_model->setProgram(m_session.model()->program);
}

void OutlinePanel::stepChanged()
{
    const bool single = m_selection.granularity() == Granularity::Op;
    m_model->setCurrent(m_selection.step(), single);
    const QModelIndex index = m_model->indexOf(m_selection.step(), single);
    if (!index.isValid())
        return;
    // What one walks into opens; what was opened for that before closes again.
    std::vector<QPersistentModelIndex> around;
    for (QModelIndex up = index.parent(); up.isValid(); up = up.parent())
        around.emplace_back(up);
    std::vector<QPersistentModelIndex> opened;
    for (const QPersistentModelIndex& before : m_opened) {
        if (std::find(around.begin(), around.end(), before) == around.end())
            m_view->collapse(before);
        else
            opened.push_back(before);
    }
    for (const QPersistentModelIndex& up : around) {
        if (m_view->isExpanded(up))
            continue;
        m_view->expand(up);
        opened.push_back(up);
    }
    m_opened = std::move(opened);
    m_view->setCurrentIndex(index);
    m_view->scrollTo(index);
}

} // namespace headlight
