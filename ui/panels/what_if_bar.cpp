// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "panels/what_if_bar.h"

#include "panels/flow_layout.h"
#include "panels/what_if_words.h"
#include "session/selection.h"
#include "session/session.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QEvent>
#include <QFrame>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QSignalBlocker>
#include <QSpinBox>
#include <QStandardItemModel>
#include <QVBoxLayout>

#include <algorithm>
#include <array>

namespace headlight {

namespace {

/// The masks in the order of the list, after the model's own.
constexpr std::array masks{WhatIf::Mask::None,    WhatIf::Mask::Causal, WhatIf::Mask::Window,
                           WhatIf::Mask::Strided, WhatIf::Mask::Fixed,  WhatIf::Mask::Alternating};

bool hasSize(WhatIf::Mask mask)
{
    return mask != WhatIf::Mask::None && mask != WhatIf::Mask::Causal;
}

} // namespace

WhatIfBar::WhatIfBar(Session& session, Selection& selection, QWidget* parent)
    : QWidget(parent)
    , m_session(session)
    , m_selection(selection)
    , m_banner(new QFrame(this))
    , m_changed(new QLabel(m_banner))
    , m_compare(new QPushButton(tr("Compare"), m_banner))
    , m_reset(new QPushButton(tr("Reset all"), m_banner))
    , m_row(new QWidget(this))
{
    setObjectName(QStringLiteral("whatIfBar"));
    m_banner->setObjectName(QStringLiteral("changedBar"));
    m_changed->setObjectName(QStringLiteral("changedText"));
    m_changed->setTextFormat(Qt::PlainText);
    m_changed->setWordWrap(true);
    m_compare->setObjectName(QStringLiteral("compareButton"));
    m_compare->setAccessibleName(tr("Compare with the run as the model is"));
    m_compare->setToolTip(m_compare->accessibleName());
    m_reset->setObjectName(QStringLiteral("resetWhatIfs"));
    m_reset->setAccessibleName(tr("Take all what-ifs back"));
    m_reset->setToolTip(m_reset->accessibleName());
    auto* banner = new QHBoxLayout(m_banner);
    banner->setContentsMargins(10, 3, 4, 3);
    banner->setSpacing(6);
    banner->addWidget(m_changed, 1);
    banner->addWidget(m_compare);
    banner->addWidget(m_reset);
    m_banner->hide();
    addControls(m_row);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(5);
    // Below the switches: what appears when one is set must not push it away from under the mouse.
    layout->addWidget(m_row);
    layout->addWidget(m_banner);
    connect(m_compare, &QPushButton::clicked, this, &WhatIfBar::compareWanted);
    connect(m_reset, &QPushButton::clicked, this, [this] { m_session.resetWhatIfs(); });
    connect(&selection, &Selection::stepChanged, this, &WhatIfBar::showStep);
    connect(&selection, &Selection::focusChanged, this, &WhatIfBar::showStep);
    connect(&session, &Session::traceChanged, this, [this] {
        showBanner();
        showStep();
    });
}

void WhatIfBar::addControls(QWidget* row)
{
    auto* flow = new FlowLayout(row);
    auto* title = new QLabel(tr("What if…"), row);
    title->setObjectName(QStringLiteral("muted"));
    flow->addWidget(title);
    const auto check = [&](const char* name, const QString& text) {
        auto* box = new QCheckBox(text, row);
        box->setObjectName(QLatin1String(name));
        box->setAccessibleName(text);
        box->setFocusPolicy(Qt::TabFocus);
        flow->addWidget(box);
        return box;
    };
    const auto list = [&](const char* name, const QString& spoken, const QStringList& entries) {
        auto* box = new QComboBox(row);
        box->setObjectName(QLatin1String(name));
        box->setAccessibleName(spoken);
        box->setToolTip(spoken);
        box->setFocusPolicy(Qt::TabFocus);
        box->setSizeAdjustPolicy(QComboBox::AdjustToContents);
        box->addItems(entries);
        flow->addWidget(box);
        return box;
    };
    m_scale = check("whatIfScale", tr("no 1/√d"));
    m_mask = list("whatIfMask", tr("Who may look at whom"),
                  {tr("the model's mask"), tr("no mask"), tr("causal"), tr("window of"),
                   tr("sparse, strided by"), tr("sparse, blocks of"), tr("dense / banded in turn")});
    m_maskSize = new QSpinBox(row);
    m_maskSize->setObjectName(QStringLiteral("whatIfMaskSize"));
    m_maskSize->setAccessibleName(tr("Positions of the window, stride or block"));
    m_maskSize->setRange(1, 100000);
    m_maskSize->setValue(3);
    m_maskSize->setKeyboardTracking(false);
    flow->addWidget(m_maskSize);
    m_temperature = new QDoubleSpinBox(row);
    m_temperature->setObjectName(QStringLiteral("whatIfTemperature"));
    m_temperature->setAccessibleName(tr("Temperature of the softmax"));
    m_temperature->setToolTip(m_temperature->accessibleName());
    m_temperature->setPrefix(tr("temperature "));
    m_temperature->setDecimals(2);
    m_temperature->setRange(0.05, 100);
    m_temperature->setSingleStep(0.25);
    m_temperature->setKeyboardTracking(false);
    for (QAbstractSpinBox* box :
         {static_cast<QAbstractSpinBox*>(m_maskSize), static_cast<QAbstractSpinBox*>(m_temperature)}) {
        box->setButtonSymbols(QAbstractSpinBox::NoButtons);
        // To be typed into; but the wheel, on its way over it, changes nothing.
        box->setFocusPolicy(Qt::StrongFocus);
        box->installEventFilter(this);
    }
    flow->addWidget(m_temperature);
    m_pattern =
        list("whatIfPattern", tr("What the pattern is"), {tr("softmax"), tr("uniform"), tr("identity")});
    m_positions = check("whatIfPositions", tr("no positions"));
    m_off = check("whatIfOff", tr("attention off"));
    m_otherOff = check("whatIfOtherOff", tr("MLP off"));
    m_head = list("whatIfHead", tr("What this head does"), {tr("on"), tr("to zero"), tr("to mean")});
    m_scope = list("whatIfScope", tr("Where the switches act"), {tr("this layer"), tr("all layers")});

    connect(m_scale, &QCheckBox::clicked, this, [this](bool on) { set(of(WhatIf::Kind::NoScale), on); });
    connect(m_positions, &QCheckBox::clicked, this, [this](bool on) {
        WhatIf whatIf = of(WhatIf::Kind::NoPositions);
        if (m_scope->isHidden() || m_scope->currentIndex() == 0)
            whatIf.target = m_positionTarget;
        set(whatIf, on);
    });
    for (QCheckBox* box : {m_off, m_otherOff})
        connect(box, &QCheckBox::clicked, this, [this, box](bool on) {
            WhatIf whatIf;
            whatIf.kind = WhatIf::Kind::Off;
            whatIf.target = box == m_off ? m_offTarget : m_otherTarget;
            set(whatIf, on);
        });
    connect(m_mask, &QComboBox::activated, this, &WhatIfBar::setMask);
    connect(m_maskSize, &QSpinBox::valueChanged, this, &WhatIfBar::setMask);
    connect(m_temperature, &QDoubleSpinBox::valueChanged, this, [this](double t) {
        WhatIf whatIf = of(WhatIf::Kind::Temperature);
        whatIf.temperature = t;
        set(whatIf, t != 1);
    });
    connect(m_pattern, &QComboBox::activated, this, &WhatIfBar::setPattern);
    connect(m_head, &QComboBox::activated, this, &WhatIfBar::setHead);
    connect(m_scope, &QComboBox::activated, this, &WhatIfBar::showStep);
}

void WhatIfBar::setFolded(bool folded)
{
    if (std::exchange(m_folded, folded) != folded)
        showStep();
}

QString WhatIfBar::changedText() const
{
    return m_session.changed() ? m_changed->text() : QString();
}

void WhatIfBar::showBanner()
{
    m_banner->setVisible(m_session.changed());
    if (!m_session.changed())
        return;
    const QStringList lines = changeWords(m_session.trace().program(), m_session.trace().overrides());
    constexpr int most = 3;
    QString text = lines.mid(0, most).join(QStringLiteral(" · "));
    if (lines.size() > most)
        text = tr("%1 and %2 more").arg(text).arg(lines.size() - most);
    m_changed->setText(tr("Changed run: %1").arg(text));
    m_changed->setToolTip(lines.join(QLatin1Char('\n')));
}

bool WhatIfBar::eventFilter(QObject* watched, QEvent* event)
{
    const auto* box = qobject_cast<QAbstractSpinBox*>(watched);
    if (box && event->type() == QEvent::Wheel && !box->hasFocus()) {
        event->ignore();
        return true;
    }
    return QWidget::eventFilter(watched, event);
}

WhatIf WhatIfBar::of(WhatIf::Kind kind) const
{
    WhatIf whatIf;
    whatIf.kind = kind;
    whatIf.target = m_scope->currentIndex() == 1 ? "*" : m_target;
    return whatIf;
}

bool WhatIfBar::applies(const WhatIf& whatIf) const
{
    return overridesOf(*m_session.model()->program, whatIf).has_value();
}

std::optional<WhatIf> WhatIfBar::active(const WhatIf& whatIf) const
{
    WhatIf here = whatIf;
    if (here.target == "*" && !m_target.empty())
        here.target = m_target; // with all layers meant, this one shows how they are
    const auto list = overridesOf(*m_session.model()->program, here);
    if (!list || list->empty())
        return std::nullopt;
    // What stands in the same place: by taking it away, one sees whether there was any.
    for (const OverridePtr& o : m_session.overrides())
        if (without({o}, {list->front()}).empty())
            if (auto found = parseWhatIf(here.target + ":" + o->what))
                return *found;
    return std::nullopt;
}

void WhatIfBar::set(const WhatIf& whatIf, bool on)
{
    const auto ok = m_session.setWhatIf(whatIf, on, [program = m_session.model()->program, whatIf, on] {
        return on ? whatIfWords(*program, whatIf) : whatIfUndoneWords(*program, whatIf);
    });
    if (!ok)
        emit m_session.problem({errorText(ok.error()), {}, {}});
    showStep();
}

void WhatIfBar::setMask()
{
    WhatIf whatIf = of(WhatIf::Kind::Mask);
    const int index = m_mask->currentIndex();
    if (index > 0) {
        whatIf.mask = masks[static_cast<std::size_t>(index - 1)];
        whatIf.size = hasSize(whatIf.mask) ? m_maskSize->value() : 0;
        if (whatIf.mask == WhatIf::Mask::Alternating)
            whatIf.target = "*"; // in turn: it is about all layers
    } else if (const auto now = active(whatIf); now && now->mask == WhatIf::Mask::Alternating) {
        whatIf.target = "*";
    }
    set(whatIf, index > 0);
}

void WhatIfBar::setPattern()
{
    // A temperature stands in the same place: whichever comes last holds.
    const int index = m_pattern->currentIndex();
    set(of(index == 2 ? WhatIf::Kind::Identity : WhatIf::Kind::Uniform), index > 0);
}

void WhatIfBar::setHead()
{
    const int index = m_head->currentIndex();
    WhatIf whatIf = of(index == 2 ? WhatIf::Kind::HeadMean : WhatIf::Kind::HeadOff);
    whatIf.target = m_target; // heads of other layers are other heads
    whatIf.head = m_selection.head();
    set(whatIf, index > 0);
}

void WhatIfBar::showMask()
{
    const auto now = active(of(WhatIf::Kind::Mask));
    const auto at =
        now ? std::find(masks.begin(), masks.end(), now->mask) - masks.begin() + 1 : std::ptrdiff_t{0};
    m_mask->setCurrentIndex(static_cast<int>(at));
    if (now && now->size > 0)
        m_maskSize->setValue(now->size);
    m_maskSize->setVisible(now && hasSize(now->mask));
}

void WhatIfBar::showStep()
{
    const int step = m_selection.step();
    if (step < 0 || !m_session.trace().valid() || !m_session.model()) {
        m_row->hide();
        return;
    }
    std::vector<QSignalBlocker> quiet;
    for (QWidget* w : std::initializer_list<QWidget*>{m_scale, m_positions, m_off, m_otherOff, m_mask,
                                                      m_maskSize, m_temperature, m_pattern, m_head, m_scope})
        quiet.emplace_back(w);
    const Program& program = *m_session.model()->program;
    const Step& shown = program.steps[static_cast<std::size_t>(step)];
    const std::string_view op = shown.op->name();
    const auto parts = sublayersOf(program);
    const int part = sublayerOf(program, parts, step);
    m_attention = part >= 0 ? parts[static_cast<std::size_t>(part)].attention : -1;
    m_target = m_attention >= 0 ? program.attention[static_cast<std::size_t>(m_attention)].name : "";

    // Where parts are added to the residual stream, each can be left out; else the part one is in.
    m_offTarget.clear();
    m_otherTarget.clear();
    const auto offer = [&](const Sublayer& p) {
        (m_offTarget.empty() ? m_offTarget : m_otherTarget) = p.name;
        QCheckBox* box = m_otherTarget.empty() ? m_off : m_otherOff;
        box->setText(p.attention >= 0 ? tr("attention off") : tr("MLP off"));
        box->setAccessibleName(box->text());
        WhatIf whatIf;
        whatIf.kind = WhatIf::Kind::Off;
        whatIf.target = p.name;
        box->setChecked(active(whatIf).has_value());
    };
    if (part >= 0 && (m_attention < 0 || step == parts[static_cast<std::size_t>(part)].output))
        offer(parts[static_cast<std::size_t>(part)]);
    else
        for (const Sublayer& p : parts)
            for (const TensorRef ref : shown.operands)
                if (ref == TensorRef{TensorRef::Kind::Step, p.output} && m_otherTarget.empty())
                    offer(p);
    m_off->setVisible(!m_offTarget.empty());
    m_otherOff->setVisible(!m_otherTarget.empty());

    const bool inside = m_attention >= 0;
    const auto canBe = [&](WhatIf::Kind kind) { return inside && applies(of(kind)); };
    const bool scale = op == "scale" && canBe(WhatIf::Kind::NoScale),
               mask = op == "mask" && canBe(WhatIf::Kind::Mask),
               softmax = op == "softmax" && canBe(WhatIf::Kind::Temperature);
    m_scale->setVisible(scale);
    if (scale) {
        // A bias by distance may stand in its place.
        const auto now = active(of(WhatIf::Kind::NoScale));
        m_scale->setChecked(now && now->kind == WhatIf::Kind::NoScale);
    }
    m_mask->setVisible(mask);
    m_maskSize->hide();
    // What would mean nothing between two texts can't be chosen there.
    const auto enable = [](QComboBox* box, int index, bool on) {
        if (auto* model = qobject_cast<QStandardItemModel*>(box->model()))
            model->item(index)->setEnabled(on);
    };
    for (std::size_t i = 0; mask && i < masks.size(); ++i) {
        WhatIf one = of(WhatIf::Kind::Mask);
        one.mask = masks[i];
        one.size = 1;
        enable(m_mask, static_cast<int>(i) + 1, applies(one));
    }
    if (softmax)
        enable(m_pattern, 2, canBe(WhatIf::Kind::Identity));
    if (mask)
        showMask();
    m_temperature->setVisible(softmax);
    m_pattern->setVisible(softmax);
    if (softmax) {
        const auto now = active(of(WhatIf::Kind::Temperature));
        m_temperature->setValue(now && now->kind == WhatIf::Kind::Temperature ? now->temperature : 1);
        m_pattern->setCurrentIndex(!now                                  ? 0
                                   : now->kind == WhatIf::Kind::Uniform  ? 1
                                   : now->kind == WhatIf::Kind::Identity ? 2
                                                                         : 0);
    }
    // Rotations of queries and keys belong together.
    m_positionTarget = op == "rotary" && inside ? m_target : shown.hook;
    WhatIf positions;
    positions.kind = WhatIf::Kind::NoPositions;
    positions.target = shown.hook;
    const bool placed = applies(positions);
    m_positions->setVisible(placed);
    if (placed)
        m_positions->setChecked(std::any_of(
            m_session.overrides().begin(), m_session.overrides().end(),
            [&](const OverridePtr& o) { return o->target == shown.hook && o->what == "no-positions"; }));
    const int headAxis = findAxis(shown.axes, axis::head);
    const bool head = inside && (headAxis >= 0 || step == parts[static_cast<std::size_t>(part)].output);
    m_head->setVisible(head);
    if (head) {
        const int h = m_selection.head();
        WhatIf off = of(WhatIf::Kind::HeadOff);
        off.target = m_target;
        off.head = h;
        const auto now = active(off);
        m_head->setItemText(0, tr("head %1 on").arg(h));
        m_head->setItemText(1, tr("head %1 to zero").arg(h));
        m_head->setItemText(2, tr("head %1 to mean").arg(h));
        m_head->setCurrentIndex(!now ? 0 : now->kind == WhatIf::Kind::HeadMean ? 2 : 1);
    }
    const bool several =
        std::count_if(parts.begin(), parts.end(), [](const Sublayer& p) { return p.attention >= 0; }) > 1;
    m_scope->setVisible(several && (scale || mask || softmax || (placed && op == "rotary")));
    m_row->setVisible(!m_folded && (scale || mask || softmax || placed || head || !m_offTarget.empty()));
    updateGeometry();
}

} // namespace headlight
