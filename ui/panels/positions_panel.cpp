// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "panels/positions_panel.h"

#include "figures/positions_figure.h"
#include "session/selection.h"
#include "session/session.h"

#include <QComboBox>
#include <QSignalBlocker>
#include <QVBoxLayout>

namespace headlight {

PositionsPanel::PositionsPanel(Session& session, Selection& selection, QWidget* parent)
    : QWidget(parent)
    , m_session(session)
    , m_encodings(new QComboBox(this))
    , m_view(new FigureView(this))
{
    setObjectName(QStringLiteral("positionsPanel"));
    setAttribute(Qt::WA_StyledBackground);
    m_encodings->setAccessibleName(tr("Which positional encoding"));
    m_encodings->setFocusPolicy(Qt::TabFocus);
    m_view->setObjectName(QStringLiteral("positionsView"));
    m_view->setAccessibleName(tr("Positional encoding"));
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(10, 4, 10, 4);
    layout->setSpacing(4);
    layout->addWidget(m_encodings, 0, Qt::AlignLeft);
    layout->addWidget(m_view, 1);
    connect(&session, &Session::modelChanged, this, [this] {
        const QSignalBlocker quiet(m_encodings);
        m_encodings->clear();
    });
    connect(&session, &Session::traceChanged, this, [this] {
        m_stale = true;
        if (isVisible())
            makeFigure();
    });
    connect(m_encodings, &QComboBox::activated, this, &PositionsPanel::makeFigure);
    connect(m_view, &FigureView::cellHovered, &selection, &Selection::hover);
    connect(m_view, &FigureView::cellActivated, this, [&selection](const CellRef& cell) {
        if (cell.tensor.kind == TensorRef::Kind::Step)
            selection.jumpTo(cell);
    });
    connect(&selection, &Selection::focusChanged, this, [this, &selection] {
        const auto& hovered = selection.hovered();
        m_view->setHighlight(hovered ? Highlight{hovered, {}} : Highlight{});
    });
}

void PositionsPanel::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    if (m_stale && m_session.trace().valid())
        makeFigure();
}

void PositionsPanel::makeFigure()
{
    m_stale = false;
    PositionsOptions options;
    options.encoding = std::max(0, m_encodings->currentIndex());
    auto figure = PositionsFigure::make({m_session.trace(), m_session.model()}, options);
    if (!figure) {
        m_view->setPlaceholder(errorText(figure.error()));
        m_view->setFigure(nullptr);
        m_encodings->hide();
        return;
    }
    const auto& names = (*figure)->encodings();
    if (m_encodings->count() != static_cast<int>(names.size())) {
        const QSignalBlocker quiet(m_encodings);
        m_encodings->clear();
        for (const QString& name : names)
            m_encodings->addItem(name);
    }
    m_encodings->setVisible(names.size() > 1);
    m_view->setFigure(std::shared_ptr<Figure>(std::move(*figure)));
}

} // namespace headlight
