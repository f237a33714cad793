// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "panels/derivation_view.h"

#include "session/core_words.h"

#include <QCoreApplication>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace headlight {

namespace {

struct DerivationWords
{
    Q_DECLARE_TR_FUNCTIONS(DerivationView)
};

const Expr* firstOperand(const Expr& e)
{
    if (e.kind == Expr::Kind::Operand)
        return &e;
    for (const Expr& a : e.args)
        if (const Expr* found = firstOperand(a))
            return found;
    return nullptr;
}

/// The letter that core's formulas use for an axis.
QString letterOf(const Axis& a)
{
    if (a.name == axis::dHead)
        return QStringLiteral("d");
    if (a.name == axis::dModel)
        return QStringLiteral("c");
    if (a.name == axis::dMlp)
        return QStringLiteral("m");
    if (a.name == axis::head)
        return QStringLiteral("h");
    if (a.name == axis::channel)
        return QStringLiteral("ch");
    if (a.name == axis::row)
        return QStringLiteral("r");
    if (a.name == axis::column)
        return QStringLiteral("col");
    return QString::fromStdString(a.name).left(1);
}

QString entryName(const FigureSource& source, const Axis& a, std::int64_t index)
{
    return source.hasNames(a) ? source.label(a, index) : letterOf(a) + QString::number(index);
}

class Maker
{
public:
    Maker(const FigureSource& source, int step, const Derivation& derivation,
          const std::vector<TensorPtr>& operands, const DerivationOptions& options)
        : m_source(source)
        , m_step(source.trace.program().steps[static_cast<std::size_t>(step)])
        , m_derivation(derivation)
        , m_options(options)
    {
        for (const TensorPtr& t : operands)
            m_operands.push_back(t.get());
        m_values = evaluate(derivation, m_operands);
    }

    [[nodiscard]] const std::vector<double>& values() const { return m_values; }

    [[nodiscard]] DerivationView::Line line(std::size_t index) const
    {
        const auto& given = m_derivation.lines[index];
        DerivationView::Line line;
        line.symbol = QString::fromStdString(given.symbol == "{r}" ? m_step.symbol : given.symbol);
        line.value = m_values[index];
        if (given.expr.kind == Expr::Kind::Sum && given.expr.args.size() > 2) {
            line.sum = true;
            addTerms(line, given.expr.args);
        } else if (given.expr.kind == Expr::Kind::Max && given.expr.args.size() > 2) {
            addMaximum(line, given.expr.args);
        } else {
            write(line.expression, given.expr, m_options.digits);
        }
        return line;
    }

private:
    [[nodiscard]] double valueOf(const Expr& e) const { return evaluate(e, m_operands, m_values); }

    void addTerms(DerivationView::Line& line, const std::vector<Expr>& args) const
    {
        std::vector<double> values;
        values.reserve(args.size());
        for (const Expr& e : args) {
            values.push_back(valueOf(e));
            line.largest = std::max(line.largest, std::abs(values.back()));
        }
        std::vector<std::size_t> order(args.size());
        std::iota(order.begin(), order.end(), std::size_t{0});
        const auto most = static_cast<std::size_t>(std::max(1, m_options.most));
        if (!m_options.showAll && args.size() > most) {
            // What is no number decides the sum: it comes first.
            const auto size = [&](std::size_t i) {
                return std::isnan(values[i]) ? std::numeric_limits<double>::infinity() : std::abs(values[i]);
            };
            const auto larger = [&](std::size_t a, std::size_t b) {
                return size(a) != size(b) ? size(a) > size(b) : a < b;
            };
            std::partial_sort(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(most), order.end(),
                              larger);
            for (std::size_t i = most; i < order.size(); ++i)
                line.hiddenSum += values[order[i]];
            line.hiddenTerms = static_cast<int>(order.size() - most);
            order.resize(most);
        }
        const std::vector<char> varies = varyingAxes(args);
        double partial = 0;
        for (const std::size_t i : order) {
            DerivationView::Term term;
            term.name = nameOf(args[i], args, varies);
            term.value = values[i];
            term.partial = partial += values[i];
            const Expr& e = args[i];
            term.product = e.kind == Expr::Kind::Product && e.args.size() == 2 &&
                           e.args[0].kind == Expr::Kind::Operand && e.args[1].kind == Expr::Kind::Operand;
            if (term.product)
                term.expression = {number(e.args[0], true, m_options.digits),
                                   number(e.args[1], true, m_options.digits)};
            else if (e.kind == Expr::Kind::Operand)
                term.expression = {number(e, true, m_options.digits)};
            else
                write(term.expression, e, std::max(1, m_options.digits - 1)); // several numbers share a line
            line.terms.push_back(std::move(term));
        }
    }

    /// "largest of 9, at ␣was"
    void addMaximum(DerivationView::Line& line, const std::vector<Expr>& args) const
    {
        std::size_t best = 0;
        for (std::size_t i = 1; i < args.size(); ++i)
            if (valueOf(args[i]) > valueOf(args[best]) || std::isnan(valueOf(args[i])))
                best = i;
        add(line.expression, DerivationWords::tr("largest of %1, at ").arg(args.size()));
        Span at = number(args[best], false, m_options.digits);
        at.text = nameOf(args[best], args, varyingAxes(args));
        line.expression.push_back(std::move(at));
    }

    /// Which axes of the terms' first operand tell the terms apart.
    [[nodiscard]] std::vector<char> varyingAxes(const std::vector<Expr>& args) const
    {
        const Expr* first = firstOperand(args.front());
        if (!first)
            return {};
        std::vector<char> varies(first->cell.size(), 0);
        for (const Expr& e : args) {
            const Expr* other = firstOperand(e);
            if (other && other->operand == first->operand)
                for (std::size_t a = 0; a < varies.size(); ++a)
                    varies[a] = static_cast<char>(varies[a] || other->cell[a] != first->cell[a]);
        }
        return varies;
    }

    [[nodiscard]] QString nameOf(const Expr& e, const std::vector<Expr>& all,
                                 const std::vector<char>& varies) const
    {
        const Expr* own = firstOperand(e);
        if (!own)
            return e.kind == Expr::Kind::Constant ? QString::fromStdString(e.symbol) : QString();
        const Expr* first = firstOperand(all.front());
        const auto& axes = m_operands[static_cast<std::size_t>(own->operand)]->axes();
        QString name;
        if (first && own->operand == first->operand)
            for (std::size_t a = 0; a < varies.size() && a < axes.size(); ++a)
                if (varies[a])
                    name += (name.isEmpty() ? "" : " ") + entryName(m_source, axes[a], own->cell[a]);
        return name.isEmpty() ? symbolOf(own->operand) : name;
    }

    [[nodiscard]] QString symbolOf(int operand) const
    {
        return QString::fromStdString(
            m_source.trace.program().symbolOf(m_step.operands[static_cast<std::size_t>(operand)]));
    }

    [[nodiscard]] Span number(const Expr& operand, bool sign, int digits) const
    {
        const auto role = operand.operand == 0   ? Span::Role::First
                          : operand.operand == 1 ? Span::Role::Second
                                                 : Span::Role::Plain;
        const double value = valueOf(operand);
        return {sign ? signedNumber(value, digits) : plainNumber(value, digits), role,
                CellRef{m_step.operands[static_cast<std::size_t>(operand.operand)], operand.cell}};
    }

    static void add(Spans& out, const QString& text) { out.push_back({text, Span::Role::Plain, {}}); }

    /// How tightly an expression binds: parentheses are written where a looser one stands within.
    static int binding(const Expr& e)
    {
        switch (e.kind) {
        case Expr::Kind::Sum:
        case Expr::Kind::Difference:
            return 1;
        case Expr::Kind::Product:
        case Expr::Kind::Quotient:
        case Expr::Kind::Negate:
            return 2;
        case Expr::Kind::Power:
            return 3;
        default:
            return 4;
        }
    }

    /// A negative number behind a sign stands in brackets, one at the start does not.
    void writeIn(Spans& out, const Expr& e, int digits, int least, bool first = false) const
    {
        const bool negative = !first && least > 1 &&
                              (e.kind == Expr::Kind::Operand || e.kind == Expr::Kind::Line) && valueOf(e) < 0;
        const bool brackets = binding(e) < least || negative;
        if (brackets)
            add(out, QStringLiteral("("));
        write(out, e, digits, first || brackets);
        if (brackets)
            add(out, QStringLiteral(")"));
    }

    void join(Spans& out, const Expr& e, int digits, const QString& sign, int least, int leastAfter,
              bool first) const
    {
        for (std::size_t i = 0; i < e.args.size(); ++i) {
            // "+ −x" reads better as "− x".
            const bool minus = i > 0 && e.kind == Expr::Kind::Sum && e.args[i].kind == Expr::Kind::Negate;
            if (i > 0)
                add(out, minus ? QStringLiteral(" − ") : sign);
            writeIn(out, minus ? e.args[i].args[0] : e.args[i], digits, i == 0 ? least : leastAfter,
                    i == 0 && first);
        }
    }

    void call(Spans& out, const QString& name, const Expr& e, int digits) const
    {
        add(out, name + QStringLiteral("("));
        join(out, e, digits, QStringLiteral(", "), 0, 0, true);
        add(out, QStringLiteral(")"));
    }

    void write(Spans& out, const Expr& e, int digits, bool first = true) const
    {
        switch (e.kind) {
        case Expr::Kind::Operand:
            out.push_back(number(e, false, digits));
            return;
        case Expr::Kind::Constant: {
            const QString symbol = QString::fromStdString(e.symbol);
            add(out, symbol.startsWith(QLatin1Char('1')) || symbol.startsWith(QStringLiteral("exp"))
                         ? symbol
                         : QString::number(e.value, 'g', 5).replace(QLatin1Char('-'), QStringLiteral("−")));
            return;
        }
        case Expr::Kind::Line:
            out.push_back(
                {plainNumber(m_values[static_cast<std::size_t>(e.operand)], digits), Span::Role::Symbol, {}});
            return;
        case Expr::Kind::Sum:
            return join(out, e, digits, QStringLiteral(" + "), 1, 2, first);
        case Expr::Kind::Difference:
            return join(out, e, digits, QStringLiteral(" − "), 1, 2, first);
        case Expr::Kind::Product:
            return join(out, e, digits, QStringLiteral(" × "), 2, 2, first);
        case Expr::Kind::Quotient:
            return join(out, e, digits, QStringLiteral(" / "), 2, 3, first);
        case Expr::Kind::Negate:
            add(out, QStringLiteral("−"));
            return writeIn(out, e.args[0], digits, 2);
        case Expr::Kind::Power:
            writeIn(out, e.args[0], digits, 4);
            if (e.args[1].kind == Expr::Kind::Constant && e.args[1].value == 2)
                return add(out, QStringLiteral("²"));
            if (e.args[1].kind == Expr::Kind::Constant && e.args[1].value == 3)
                return add(out, QStringLiteral("³"));
            add(out, QStringLiteral("^"));
            return writeIn(out, e.args[1], digits, 4);
        case Expr::Kind::Max:
            return call(out, QStringLiteral("max"), e, digits);
        case Expr::Kind::Exp:
            return call(out, QStringLiteral("exp"), e, digits);
        case Expr::Kind::Log:
            return call(out, QStringLiteral("log"), e, digits);
        case Expr::Kind::Sqrt:
            return call(out, QStringLiteral("√"), e, digits);
        case Expr::Kind::Sin:
            return call(out, QStringLiteral("sin"), e, digits);
        case Expr::Kind::Cos:
            return call(out, QStringLiteral("cos"), e, digits);
        case Expr::Kind::Tanh:
            return call(out, QStringLiteral("tanh"), e, digits);
        case Expr::Kind::Erf:
            return call(out, QStringLiteral("erf"), e, digits);
        case Expr::Kind::Sigmoid:
            return call(out, QStringLiteral("sigmoid"), e, digits);
        case Expr::Kind::Relu:
            add(out, QStringLiteral("max(0, "));
            join(out, e, digits, QStringLiteral(", "), 0, 0, true);
            return add(out, QStringLiteral(")"));
        }
    }

    const FigureSource& m_source;
    const Step& m_step;
    const Derivation& m_derivation;
    const DerivationOptions& m_options;
    Operands m_operands;
    std::vector<double> m_values;
};

/// Who looks at whom, or which entry of which vector.
void describeCellIn(DerivationView& view, const FigureSource& source, const Axes& axes)
{
    const auto add = [&](const QString& text, Span::Role role = Span::Role::Plain) {
        view.heading.push_back({text, role, {}});
    };
    const int query = findAxis(axes, axis::query), key = findAxis(axes, axis::key);
    const auto nameAt = [&](int a) {
        return source.label(axes[static_cast<std::size_t>(a)], view.cell.cell[static_cast<std::size_t>(a)]);
    };
    QStringList rest;
    if (query >= 0 && key >= 0) {
        add(nameAt(query), Span::Role::First);
        add(QStringLiteral(" ") + DerivationWords::tr("looks at") + QStringLiteral(" "));
        add(nameAt(key), Span::Role::Second);
    } else {
        for (std::size_t a = 0; a < axes.size(); ++a) {
            if (axes[a].isPositions() && view.heading.empty())
                add(nameAt(static_cast<int>(a)), Span::Role::First);
            else if (axes[a].name != axis::head)
                rest << (source.hasNames(axes[a])
                             ? source.label(axes[a], view.cell.cell[a])
                             : axisName(axes[a]) + QStringLiteral(" %1").arg(view.cell.cell[a]));
        }
        if (!rest.isEmpty())
            add((view.heading.empty() ? QString() : QStringLiteral(", ")) + rest.join(QStringLiteral(", ")));
    }
    QStringList place;
    std::vector<std::int64_t> shown;
    for (std::size_t a = 0; a < axes.size(); ++a) {
        if (axes[a].name == axis::head)
            place << DerivationWords::tr("head %1").arg(view.cell.cell[a]);
        else
            shown.push_back(view.cell.cell[a]);
    }
    if (shown.size() == 1)
        place << DerivationWords::tr("entry %1").arg(shown[0]);
    else if (shown.size() >= 2)
        place << DerivationWords::tr("row %1, column %2").arg(shown[shown.size() - 2]).arg(shown.back());
    view.place = place.join(QStringLiteral(" · "));
}

} // namespace

Result<DerivationView> derivationView(const FigureSource& source, const CellRef& cell,
                                      const DerivationOptions& options)
{
    const Trace& trace = source.trace;
    auto tensor = trace.tensor(cell.tensor);
    if (!tensor)
        return tl::unexpected(tensor.error());
    if (!(*tensor)->contains(cell.cell))
        return fail(ErrorCode::BadInput,
                    "expected a cell within " + describe((*tensor)->axes()) + ", found " +
                        describe(cell.cell),
                    trace.program().nameOf(cell.tensor));
    DerivationView view;
    view.cell = cell;
    view.hook = cellName(trace, cell);
    view.stored = (*tensor)->at(cell.cell);
    view.result = view.stored;
    describeCellIn(view, source, (*tensor)->axes());
    if (cell.tensor.kind != TensorRef::Kind::Step)
        return view; // a parameter or an input: nothing made it here
    auto operands = trace.operands(cell.tensor.index);
    if (!operands)
        return tl::unexpected(operands.error());
    Operands plain;
    for (const TensorPtr& t : *operands)
        plain.push_back(t.get());
    const Derivation derivation = trace.op(cell.tensor.index)->derive(plain, cell.cell);
    view.formula = QString::fromStdString(derivation.formula);
    const Maker maker(source, cell.tensor.index, derivation, *operands, options);
    for (std::size_t i = 0; i < derivation.lines.size(); ++i)
        view.lines.push_back(maker.line(i));
    if (!maker.values().empty())
        view.result = maker.values().back();
    // What float32 may lose is far below this; a what-if that changed the number is far above.
    const double scale = std::max(magnitude(derivation, plain), 1e-12);
    const bool same = view.result == view.stored || (std::isnan(view.result) && std::isnan(view.stored)) ||
                      std::abs(view.result - view.stored) <= 1e-4 * scale;
    view.changed = !same;
    return view;
}

Spans DerivationView::resultOf(const Line& line) const
{
    return {{line.symbol, Span::Role::Symbol, {}},
            {QStringLiteral(" = "), Span::Role::Plain, {}},
            {plainNumber(line.value, 4), Span::Role::Plain, {}}};
}

QString plainNumber(double value, int digits)
{
    if (std::isnan(value))
        return QStringLiteral("NaN");
    const QString sign = std::signbit(value) && value != 0 ? QStringLiteral("−") : QString();
    const double size = std::abs(value);
    if (std::isinf(value))
        return sign + QStringLiteral("∞");
    // A number too small or too large for the digits is written with an exponent, never as 0.000.
    if (size != 0 && (size < 0.5 * std::pow(10.0, 1 - digits) || size >= 1e6)) {
        QString text = QString::number(size, 'e', std::max(1, digits - 2));
        text.replace(QStringLiteral("e-"), QStringLiteral("e−")).remove(QLatin1Char('+'));
        return sign + text;
    }
    if (size >= 1e4 || (size == std::floor(size) && size >= 1000))
        return sign + QString::number(size, 'f', size == std::floor(size) ? 0 : 1);
    return sign + QString::number(size, 'f', digits);
}

namespace {

/// What one in the last printed digit is worth.
double lastPlace(const QString& text)
{
    const QString mantissa = text.section(QLatin1Char('e'), 0, 0);
    const int exponent =
        text.section(QLatin1Char('e'), 1).replace(QStringLiteral("−"), QStringLiteral("-")).toInt();
    const auto point = mantissa.indexOf(QLatin1Char('.'));
    return std::pow(10.0, exponent - (point < 0 ? 0 : static_cast<int>(mantissa.size() - point - 1)));
}

} // namespace

QString printedResult(double result, float stored, int digits)
{
    const auto wanted = static_cast<double>(stored);
    if (std::isfinite(result) && std::isfinite(wanted))
        for (int n = digits; n > 0; --n)
            if (const QString text = plainNumber(result, n);
                std::abs(parseNumber(text) - wanted) <= 0.5000001 * lastPlace(text))
                return text;
    // What cancels to less than float32 can tell has no digit in common; of infinity and NaN there is one.
    return plainNumber(wanted, digits);
}

QString storedNumber(float value)
{
    if (!std::isfinite(value))
        return plainNumber(static_cast<double>(value), 1);
    for (int digits = 6;; ++digits) {
        const QString text = QString::number(static_cast<double>(value), 'g', digits);
        if (digits >= 9 || text.toFloat() == value)
            return QString(text).replace(QLatin1Char('-'), QStringLiteral("−"));
    }
}

QString signedNumber(double value, int digits)
{
    const QString text = plainNumber(value, digits);
    return std::isnan(value) || text.startsWith(QStringLiteral("−")) ? text : QLatin1Char('+') + text;
}

QString derivationText(const DerivationView& view, const QString& formula)
{
    const auto words = [](const Spans& spans) {
        QStringList parts;
        for (const Span& s : spans)
            parts << s.text;
        return parts;
    };
    const auto exact = [](double value) { return QString::number(value, 'g', 12); };
    QString text = view.hook + QLatin1Char('\n') + formula + QLatin1Char('\n');
    for (const DerivationView::Line& line : view.lines) {
        for (const DerivationView::Term& term : line.terms)
            text += term.name + QLatin1Char('\t') +
                    words(term.expression).join(term.product ? QStringLiteral(" × ") : QString()) +
                    QLatin1Char('\t') + exact(term.value) + QLatin1Char('\t') + exact(term.partial) +
                    QLatin1Char('\n');
        if (line.hiddenTerms > 0)
            text += QStringLiteral("+ %1\t\t%2\n").arg(line.hiddenTerms).arg(exact(line.hiddenSum));
        text += line.symbol + QStringLiteral(" = ") +
                (line.sum ? QString() : words(line.expression).join(QString()) + QStringLiteral(" = ")) +
                exact(line.value) + QLatin1Char('\n');
    }
    text += QStringLiteral("float32\t") + storedNumber(view.stored) + QLatin1Char('\n');
    return text.replace(QStringLiteral("−"), QStringLiteral("-"));
}

double parseNumber(const QString& text)
{
    QString plain = text;
    plain.replace(QStringLiteral("−"), QStringLiteral("-"))
        .replace(QStringLiteral("∞"), QStringLiteral("inf"));
    return plain.toDouble();
}

} // namespace headlight
