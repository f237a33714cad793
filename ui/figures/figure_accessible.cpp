// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "figures/figure_accessible.h"

#include "figures/color_bar_handles.h"
#include "figures/figure_view.h"
#include "figures/number_text.h"

#include <QAccessible>
#include <QAccessibleWidget>

#include <limits>
#include <map>

namespace headlight {

namespace {

using Place = std::pair<int, int>; ///< row, column; (−1, −1) is the cursor of a figure without a table

class FigureInterface;

/// One cell. It belongs to no QObject: FigureInterface makes and forgets it.
class CellInterface final : public QAccessibleInterface, public QAccessibleTableCellInterface
{
public:
    CellInterface(FigureInterface& figure, Place place, CellRef cell)
        : m_figure(figure)
        , m_place(place)
        , m_cell(std::move(cell))
    {
    }
    [[nodiscard]] const CellRef& cell() const { return m_cell; }

    bool isValid() const override;
    QObject* object() const override { return nullptr; }
    QAccessibleInterface* childAt(int, int) const override { return nullptr; }
    QAccessibleInterface* parent() const override;
    QAccessibleInterface* child(int) const override { return nullptr; }
    int childCount() const override { return 0; }
    int indexOfChild(const QAccessibleInterface*) const override { return -1; }
    QString text(QAccessible::Text kind) const override;
    void setText(QAccessible::Text, const QString&) override {}
    QRect rect() const override;
    QAccessible::Role role() const override
    {
        return m_place.first < 0 ? QAccessible::StaticText : QAccessible::Cell;
    }
    QAccessible::State state() const override;
    void* interface_cast(QAccessible::InterfaceType type) override
    {
        return type == QAccessible::TableCellInterface && m_place.first >= 0
                   ? static_cast<QAccessibleTableCellInterface*>(this)
                   : nullptr;
    }

    int columnExtent() const override { return 1; }
    int rowExtent() const override { return 1; }
    int columnIndex() const override { return m_place.second; }
    int rowIndex() const override { return m_place.first; }
    QList<QAccessibleInterface*> columnHeaderCells() const override { return {}; }
    QList<QAccessibleInterface*> rowHeaderCells() const override { return {}; }
    bool isSelected() const override;
    QAccessibleInterface* table() const override { return parent(); }

private:
    FigureInterface& m_figure;
    Place m_place;
    CellRef m_cell;
};

class FigureInterface final : public QAccessibleWidget, public QAccessibleTableInterface
{
public:
    explicit FigureInterface(FigureView& view)
        : QAccessibleWidget(&view)
    {
    }
    ~FigureInterface() override { forget(); }

    [[nodiscard]] FigureView* view() const { return static_cast<FigureView*>(object()); }
    [[nodiscard]] const SlicedFigure* sliced() const
    {
        const auto* figure = view() ? dynamic_cast<const SlicedFigure*>(view()->figure()) : nullptr;
        // Tables are counted in int.
        return figure && figure->tableSlice().valid() &&
                       figure->tableSlice().rows() * figure->tableSlice().columns() <
                           std::numeric_limits<int>::max() / 2
                   ? figure
                   : nullptr;
    }
    [[nodiscard]] QAccessibleInterface* cell(Place place) const;
    /// The child that the cursor is on, or −1.
    [[nodiscard]] int cursorChild() const;
    [[nodiscard]] std::optional<Place> cursorPlace() const;
    void forget()
    {
        for (const auto& [place, id] : m_cells)
            QAccessible::deleteAccessibleInterface(id);
        m_cells.clear();
    }

    QAccessible::Role role() const override { return sliced() ? QAccessible::Table : QAccessible::Graphic; }
    QString text(QAccessible::Text kind) const override
    {
        return kind == QAccessible::Value && view() ? view()->accessibleDescription()
                                                    : QAccessibleWidget::text(kind);
    }
    void* interface_cast(QAccessible::InterfaceType type) override
    {
        return type == QAccessible::TableInterface && sliced() ? static_cast<QAccessibleTableInterface*>(this)
                                                               : QAccessibleWidget::interface_cast(type);
    }
    int childCount() const override
    {
        const int widgets = QAccessibleWidget::childCount();
        return widgets + (sliced() ? rowCount() * columnCount() : cursorPlace() ? 1 : 0);
    }
    QAccessibleInterface* child(int index) const override
    {
        const int widgets = QAccessibleWidget::childCount();
        if (index < widgets)
            return QAccessibleWidget::child(index);
        if (index >= childCount())
            return nullptr;
        return sliced() ? cell({(index - widgets) / columnCount(), (index - widgets) % columnCount()})
                        : cell({-1, -1});
    }
    int indexOfChild(const QAccessibleInterface* child) const override
    {
        const int widgets = QAccessibleWidget::childCount();
        if (const auto* one = dynamic_cast<const CellInterface*>(child))
            return one->rowIndex() < 0 ? widgets
                                       : widgets + one->rowIndex() * columnCount() + one->columnIndex();
        return QAccessibleWidget::indexOfChild(child);
    }
    QAccessibleInterface* childAt(int x, int y) const override
    {
        if (QAccessibleInterface* widget = QAccessibleWidget::childAt(x, y))
            return widget;
        const SlicedFigure* figure = sliced();
        if (!figure)
            return nullptr;
        const QPoint at = view()->mapFromGlobal(QPoint(x, y));
        const auto found = view()->figure()->cellAt(at, view()->figureArea(), view()->figureStyle());
        if (!found || found->tensor != figure->tableSlice().ref())
            return nullptr;
        const auto place = figure->tableSlice().find(found->cell);
        return place ? cell({static_cast<int>(place->first), static_cast<int>(place->second)}) : nullptr;
    }
    QAccessibleInterface* focusChild() const override
    {
        if (!view() || !view()->hasFocus())
            return QAccessibleWidget::focusChild();
        const int index = cursorChild();
        return index < 0 ? const_cast<FigureInterface*>(this) : child(index);
    }

    QAccessibleInterface* caption() const override { return nullptr; }
    QAccessibleInterface* summary() const override { return nullptr; }
    QAccessibleInterface* cellAt(int row, int column) const override
    {
        return row >= 0 && row < rowCount() && column >= 0 && column < columnCount() ? cell({row, column})
                                                                                     : nullptr;
    }
    int selectedCellCount() const override { return cursorPlace() ? 1 : 0; }
    QList<QAccessibleInterface*> selectedCells() const override
    {
        const int index = cursorChild();
        return index < 0 ? QList<QAccessibleInterface*>() : QList<QAccessibleInterface*>{child(index)};
    }
    QString columnDescription(int column) const override
    {
        const SlicedFigure* figure = sliced();
        const Axis* axis = figure ? figure->tableSlice().columnAxis() : nullptr;
        return axis ? figure->figureSource().label(*axis, column) : QString();
    }
    QString rowDescription(int row) const override
    {
        const SlicedFigure* figure = sliced();
        const Axis* axis = figure ? figure->tableSlice().rowAxis() : nullptr;
        return axis ? figure->figureSource().label(*axis, figure->tableSlice().rowIndex(row)) : QString();
    }
    int selectedColumnCount() const override { return 0; }
    int selectedRowCount() const override { return 0; }
    int columnCount() const override
    {
        const SlicedFigure* figure = sliced();
        return figure ? static_cast<int>(figure->tableSlice().columns()) : 0;
    }
    int rowCount() const override
    {
        const SlicedFigure* figure = sliced();
        return figure ? static_cast<int>(figure->tableSlice().rows()) : 0;
    }
    QList<int> selectedColumns() const override { return {}; }
    QList<int> selectedRows() const override { return {}; }
    bool isColumnSelected(int) const override { return false; }
    bool isRowSelected(int) const override { return false; }
    bool selectRow(int) override { return false; }
    bool selectColumn(int) override { return false; }
    bool unselectRow(int) override { return false; }
    bool unselectColumn(int) override { return false; }
    void modelChange(QAccessibleTableModelChangeEvent*) override {}

private:
    mutable std::map<Place, QAccessible::Id> m_cells;
};

QAccessibleInterface* FigureInterface::cell(Place place) const
{
    std::optional<CellRef> ref = view()->cursor();
    if (const SlicedFigure* figure = sliced(); figure && place.first >= 0)
        ref = CellRef{figure->tableSlice().ref(), figure->tableSlice().cell(place.first, place.second)};
    if (!ref)
        return nullptr;
    if (const auto known = m_cells.find(place); known != m_cells.end()) {
        QAccessibleInterface* made = QAccessible::accessibleInterface(known->second);
        if (made && static_cast<CellInterface*>(made)->cell() == *ref)
            return made;
        QAccessible::deleteAccessibleInterface(known->second);
        m_cells.erase(known);
    }
    auto* made = new CellInterface(const_cast<FigureInterface&>(*this), place, *ref);
    m_cells[place] = QAccessible::registerAccessibleInterface(made);
    return made;
}

std::optional<Place> FigureInterface::cursorPlace() const
{
    if (!view() || !view()->cursor())
        return std::nullopt;
    const SlicedFigure* figure = sliced();
    if (!figure)
        return Place{-1, -1};
    const TensorSlice& slice = figure->tableSlice();
    const auto place =
        view()->cursor()->tensor == slice.ref() ? slice.find(view()->cursor()->cell) : std::nullopt;
    if (!place)
        return std::nullopt;
    return Place{static_cast<int>(place->first), static_cast<int>(place->second)};
}

int FigureInterface::cursorChild() const
{
    const auto place = cursorPlace();
    if (!place)
        return -1;
    const int widgets = QAccessibleWidget::childCount();
    return place->first < 0 ? widgets : widgets + place->first * columnCount() + place->second;
}

bool CellInterface::isValid() const
{
    return m_figure.isValid();
}

QAccessibleInterface* CellInterface::parent() const
{
    return &m_figure;
}

QString CellInterface::text(QAccessible::Text kind) const
{
    const FigureView* view = m_figure.view();
    if (!view || !view->figure() || (kind != QAccessible::Name && kind != QAccessible::Value))
        return {};
    const QString words = view->figure()->describeCell(m_cell);
    if (kind == QAccessible::Name)
        return words;
    const SlicedFigure* figure = m_figure.sliced();
    if (!figure || m_place.first < 0)
        return words;
    return shownNumber(static_cast<double>(figure->tableSlice().value(m_place.first, m_place.second)), 6);
}

QRect CellInterface::rect() const
{
    const FigureView* view = m_figure.view();
    if (!view || !view->figure())
        return {};
    const QRectF where = view->figure()->cellRect(m_cell, view->figureArea(), view->figureStyle());
    return where.isEmpty() ? QRect()
                           : QRect(view->mapToGlobal(where.topLeft().toPoint()), where.size().toSize());
}

QAccessible::State CellInterface::state() const
{
    QAccessible::State state;
    state.focusable = true;
    state.selectable = true;
    state.readOnly = true;
    state.selected = isSelected();
    state.focused = state.selected && m_figure.view() && m_figure.view()->hasFocus();
    state.invisible = rect().isEmpty();
    return state;
}

bool CellInterface::isSelected() const
{
    return m_figure.view() && m_figure.view()->cursor() == m_cell;
}

/// The colour bar's handles: a slider whose value is the chosen limit.
class BarInterface final : public QAccessibleWidget, public QAccessibleValueInterface
{
public:
    explicit BarInterface(ColorBarHandles& bar)
        : QAccessibleWidget(&bar, QAccessible::Slider)
    {
    }
    void* interface_cast(QAccessible::InterfaceType type) override
    {
        return type == QAccessible::ValueInterface ? static_cast<QAccessibleValueInterface*>(this)
                                                   : QAccessibleWidget::interface_cast(type);
    }
    QString text(QAccessible::Text kind) const override
    {
        return kind == QAccessible::Value ? shownNumber(bar().limit(bar().highChosen()), 4)
                                          : QAccessibleWidget::text(kind);
    }
    QVariant currentValue() const override { return bar().limit(bar().highChosen()); }
    void setCurrentValue(const QVariant& value) override
    {
        bar().setLimit(bar().highChosen(), value.toDouble());
    }
    QVariant maximumValue() const override { return bar().scale().barValue(1); }
    QVariant minimumValue() const override { return bar().scale().barValue(0); }
    QVariant minimumStepSize() const override
    {
        return (bar().scale().barValue(1) - bar().scale().barValue(0)) / 100;
    }

private:
    [[nodiscard]] ColorBarHandles& bar() const { return *static_cast<ColorBarHandles*>(object()); }
};

QAccessibleInterface* make(const QString&, QObject* object)
{
    if (auto* view = qobject_cast<FigureView*>(object))
        return new FigureInterface(*view);
    if (auto* bar = qobject_cast<ColorBarHandles*>(object))
        return new BarInterface(*bar);
    return nullptr;
}

FigureInterface* interfaceOf(FigureView& view)
{
    return QAccessible::isActive()
               ? dynamic_cast<FigureInterface*>(QAccessible::queryAccessibleInterface(&view))
               : nullptr;
}

} // namespace

void installFigureAccessibility()
{
    static const bool once = [] {
        QAccessible::installFactory(make);
        return true;
    }();
    Q_UNUSED(once);
}

void forgetCells(FigureView& view)
{
    if (FigureInterface* figure = interfaceOf(view))
        figure->forget();
}

void announceCursor(FigureView& view)
{
    FigureInterface* figure = interfaceOf(view);
    const int child = figure && view.hasFocus() ? figure->cursorChild() : -1;
    if (child < 0)
        return;
    QAccessibleEvent event(&view, QAccessible::Focus);
    event.setChild(child);
    QAccessible::updateAccessibility(&event);
}

} // namespace headlight
