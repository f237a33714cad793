// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "window/main_window.h"

#include "actions/action_registry.h"
#include "figures/figure_view.h"
#include "models/attention_file.h"
#include "panels/across_panel.h"
#include "panels/compare_panel.h"
#include "panels/elided_label.h"
#include "panels/explain_panel.h"
#include "panels/head_table_panel.h"
#include "panels/heads_panel.h"
#include "panels/history_panel.h"
#include "panels/image_panel.h"
#include "panels/input_bar.h"
#include "panels/links_panel.h"
#include "panels/message_bar.h"
#include "panels/outline_panel.h"
#include "panels/positions_panel.h"
#include "panels/predictions_panel.h"
#include "panels/query_key_panel.h"
#include "panels/stage_pane.h"
#include "panels/step_player.h"
#include "session/selection.h"
#include "session/session.h"
#include "window/color_menu.h"
#include "window/view_state.h"

#include <QAbstractButton>
#include <QAbstractSpinBox>
#include <QApplication>
#include <QCloseEvent>
#include <QComboBox>
#include <QDir>
#include <QDragEnterEvent>
#include <QFileInfo>
#include <QFontInfo>
#include <QHBoxLayout>
#include <QImageReader>
#include <QKeyEvent>
#include <QLabel>
#include <QLocale>
#include <QMenuBar>
#include <QMimeData>
#include <QProgressBar>
#include <QScreen>
#include <QSlider>
#include <QSplitter>
#include <QStatusBar>
#include <QTabBar>
#include <QTabWidget>
#include <QTimer>
#include <QToolButton>
#include <QVBoxLayout>

namespace headlight {

namespace {

constexpr int showProgressAfter = 200; // milliseconds

} // namespace

MainWindow::MainWindow(Session& session, Settings& settings, Theme& theme, FileDialogs dialogs)
    : m_session(session)
    , m_settings(settings)
    , m_theme(theme)
    , m_dialogs(std::move(dialogs))
    , m_language(session.resources())
    , m_selection(new Selection(session, this))
    , m_exportFolder(QDir::homePath())
{
    setWindowTitle(QStringLiteral("Headlight"));
    setObjectName(QStringLiteral("mainWindow"));
    setAcceptDrops(true);
    setMinimumSize(640, 400); // a 1440 × 900 screen at a scale of 2 has 720 × 450
    if (m_language.apply(m_settings.language())) {
        m_theme.setLanguage(m_language.code());
        m_theme.apply(m_settings.theme(), m_settings.zoom());
    }
    makeContent();
    connectSession();
    restoreWindow();
    qApp->installEventFilter(this);
}

MainWindow::~MainWindow()
{
    qApp->removeEventFilter(this);
}

void MainWindow::makeContent()
{
    m_actions = new ActionRegistry(this);
    makeActions();
    makeLayout();
    makeMenus();
    connectContent();
    const QList<FigureView*> views = findChildren<FigureView*>();
    m_colors->adopt({views.begin(), views.end()});
    applyTheme();
}

void MainWindow::setLanguage(const QString& name)
{
    m_settings.setLanguage(name);
    if (!m_language.apply(name))
        return;
    m_theme.setLanguage(m_language.code());
    // Not within the menu's own signal, since the menu goes as well.
    QMetaObject::invokeMethod(this, &MainWindow::makeContentAgain, Qt::QueuedConnection);
}

void MainWindow::makeContentAgain()
{
    // The document, its history and the selection live outside of the panels; what else a person has set is
    // kept here.
    const QList<QSplitter*> splitters{m_across, m_inner, m_down};
    QList<QByteArray> divided;
    for (const QSplitter* splitter : splitters)
        divided << splitter->saveState();
    const auto selection = m_selection->memento();
    const ViewState set(*centralWidget());
    const auto colors = m_colors->states();
    const Issue issue = m_message->issue();
    const auto marked = m_heads->marked();
    auto numbers = m_headTable->allNumbers();
    const int tab = m_tabs->currentIndex();
    const bool playing = m_transport->playing();
    QHash<QString, bool> shown;
    for (const char* id : {"view.outline", "view.explain", "view.tabs", "view.enlarge"})
        shown.insert(QLatin1String(id), m_actions->find(QLatin1String(id))->isChecked());
    const bool folded = m_actions->find(QStringLiteral("view.fold"))->isChecked();
    const QString focused = focusWidget() ? focusWidget()->objectName() : QString();

    setUpdatesEnabled(false);
    m_session.changeObservers();
    m_front = nullptr;
    delete takeCentralWidget();
    setMenuBar(new QMenuBar(this));
    setStatusBar(new QStatusBar(this));
    delete m_actions;
    m_theme.apply(m_settings.theme(), m_settings.zoom());
    makeContent();
    if (m_shown)
        centralWidget()->show();
    m_session.introduce();
    m_selection->restore(*selection);
    for (auto it = shown.begin(); it != shown.end(); ++it)
        m_actions->find(it.key())->setChecked(it.value());
    layout()->activate();
    centralWidget()->layout()->activate();
    for (auto [splitter, state] :
         {std::pair{m_across, divided[0]}, {m_inner, divided[1]}, {m_down, divided[2]}})
        splitter->restoreState(state);
    m_tabs->setCurrentIndex(tab);
    m_actions->find(QStringLiteral("view.fold"))->setChecked(folded);
    m_heads->setMarked(marked);
    if (numbers)
        m_headTable->setAllNumbers(std::move(*numbers));
    set.restore(*centralWidget());
    m_colors->setStates(colors);
    m_selection->restore(*selection); // choices of a layer or a head have moved it
    if (!issue.text.isEmpty())
        m_message->showIssue(issue);
    m_transport->setPlaying(playing);
    auto* focus = focused.isEmpty() ? nullptr : findChild<QWidget*>(focused);
    (focus ? focus : m_stage)->setFocus();
    setUpdatesEnabled(true);
}

void MainWindow::makeLayout()
{
    m_input = new InputBar(m_session, *m_selection, m_actions->find(QStringLiteral("file.export")), this);
    m_input->setModels(bundledEntries(), m_settings.recentModels());
    m_message = new MessageBar(this);
    m_outline = new OutlinePanel(m_session, *m_selection, this);
    m_stage = new StagePane(m_session, *m_selection, this);
    m_stage->setAccessibleName(tr("The step that is shown"));
    const auto action = [this](const char* id) { return m_actions->find(QLatin1String(id)); };
    m_stage->setWatchActions(action("step.watch"), action("step.watchEnd"));
    m_stage->player().setReduceMotion(action("view.reduceMotion")->isChecked());
    if (const QString speed = m_settings.text(QStringLiteral("watchSpeed")); !speed.isEmpty())
        m_stage->player().setSpeed(speed.toDouble());
    m_transport = new TransportBar(*m_selection,
                                   {action("step.first"), action("step.previous"), action("step.next"),
                                    action("step.play"), action("step.last"), action("step.run")},
                                   this);
    m_explain = new ExplainPanel(m_session, *m_selection, this);
    if (const int digits = m_settings.text(QStringLiteral("explain.digits")).toInt(); digits > 0)
        m_explain->setDigits(digits);
    m_explain->setPartialSums(m_settings.flag(QStringLiteral("explain.partialSums"), true));
    connect(m_explain, &ExplainPanel::optionsChanged, this, [this] {
        m_settings.setText(QStringLiteral("explain.digits"), QString::number(m_explain->digits()));
        m_settings.setFlag(QStringLiteral("explain.partialSums"), m_explain->partialSums());
    });
    m_explain->setTexts(Texts(m_session.resources(), m_language.code()));
    m_heads = new HeadsPanel(m_session, *m_selection, this);
    m_links = new LinksPanel(m_session, *m_selection, this);
    m_queryKey = new QueryKeyPanel(m_session, *m_selection, this);
    m_image = new ImagePanel(m_session, *m_selection, this);
    m_headTable = new HeadTablePanel(m_session, *m_selection, this);
    m_acrossLayers = new AcrossPanel(m_session, *m_selection, this);
    m_positions = new PositionsPanel(m_session, *m_selection, this);
    m_predictions = new PredictionsPanel(m_session, *m_selection, this);
    m_compare = new ComparePanel(m_session, *m_selection, this);
    m_compare->setModels(bundledEntries(), m_settings.recentModels());
    m_history = new HistoryPanel(m_session, this);
    m_tabs = new QTabWidget(this);
    m_tabs->setObjectName(QStringLiteral("tabs"));
    m_tabs->setAccessibleName(tr("Views of the whole model"));
    m_tabs->setDocumentMode(true);
    m_tabs->tabBar()->setDrawBase(false);
    m_tabs->tabBar()->setFocusPolicy(Qt::TabFocus);
    m_tabs->tabBar()->setAccessibleName(tr("Views of the whole model"));
    auto* enlarge = new QToolButton(m_tabs);
    enlarge->setObjectName(QStringLiteral("enlargeButton"));
    enlarge->setDefaultAction(m_actions->find(QStringLiteral("view.enlarge")));
    enlarge->setAccessibleName(tr("Give these views the whole height"));
    enlarge->setFocusPolicy(Qt::TabFocus);
    m_tabs->setCornerWidget(enlarge);
    m_tabs->addTab(m_heads, tr("Heads"));
    m_tabs->addTab(m_links, tr("Links"));
    m_tabs->addTab(m_queryKey, tr("Q·K"));
    m_tabs->addTab(m_positions, tr("Positions"));
    m_tabs->addTab(m_predictions, tr("Predictions"));
    m_tabs->setTabVisible(m_tabs->addTab(m_image, tr("Image")), false);
    m_tabs->addTab(m_acrossLayers, tr("Across layers"));
    m_tabs->addTab(m_headTable, tr("Table of heads"));
    m_tabs->addTab(m_compare, tr("Compare"));
    m_tabs->addTab(m_history, tr("History"));

    auto* middle = new QWidget(this);
    auto* middleColumn = new QVBoxLayout(middle);
    middleColumn->setContentsMargins(0, 0, 0, 0);
    middleColumn->setSpacing(0);
    middleColumn->addWidget(m_stage, 1);
    middleColumn->addWidget(m_transport);
    const auto splitter = [this](Qt::Orientation orientation, const char* name) {
        auto* s = new QSplitter(orientation, this);
        s->setObjectName(QLatin1String(name));
        s->setHandleWidth(1);
        s->setChildrenCollapsible(false);
        return s;
    };
    m_inner = splitter(Qt::Horizontal, "innerSplitter");
    m_inner->addWidget(middle);
    m_inner->addWidget(m_explain);
    m_inner->setStretchFactor(0, 5);
    m_inner->setStretchFactor(1, 1);
    m_down = splitter(Qt::Vertical, "downSplitter");
    m_down->addWidget(m_inner);
    m_down->addWidget(m_tabs);
    m_down->setStretchFactor(0, 3);
    m_down->setStretchFactor(1, 1);
    m_across = splitter(Qt::Horizontal, "acrossSplitter");
    m_across->addWidget(m_outline);
    m_across->addWidget(m_down);
    m_across->setStretchFactor(1, 1);
    m_outline->setMinimumWidth(120);
    m_explain->setMinimumWidth(286);
    // Who asks for a view that is folded wants to see it.
    connect(m_tabs->tabBar(), &QTabBar::tabBarClicked, this, &MainWindow::unfoldTabs);
    connect(m_tabs, &QTabWidget::currentChanged, this,
            [this] { m_actions->find(QStringLiteral("view.fold"))->setChecked(false); });
    m_tabs->setMinimumHeight(110);

    auto* centre = new QWidget(this);
    auto* column = new QVBoxLayout(centre);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_input);
    column->addWidget(m_message);
    column->addWidget(m_across, 1);
    setCentralWidget(centre);

    m_status = new ElidedLabel(Qt::ElideMiddle, this);
    m_status->setObjectName(QStringLiteral("statusText"));
    m_status->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_status->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    m_facts = new QLabel(this);
    m_facts->setObjectName(QStringLiteral("muted"));
    m_progress = new QProgressBar(this);
    m_progress->setTextVisible(false);
    m_progress->setFixedWidth(120);
    m_progress->setAccessibleName(tr("Progress of the run"));
    m_working = new QWidget(this);
    auto* working = new QHBoxLayout(m_working);
    working->setContentsMargins(0, 0, 0, 0);
    auto* hint = new QLabel(tr("computing; Esc cancels"), m_working);
    hint->setObjectName(QStringLiteral("muted"));
    auto* cancel = new QToolButton(m_working);
    cancel->setObjectName(QStringLiteral("cancelRun"));
    cancel->setDefaultAction(m_actions->find(QStringLiteral("run.cancel")));
    cancel->setToolButtonStyle(Qt::ToolButtonTextOnly);
    cancel->setFocusPolicy(Qt::TabFocus);
    working->addWidget(hint);
    working->addWidget(m_progress);
    working->addWidget(cancel);
    m_working->hide();
    statusBar()->setSizeGripEnabled(false);
    statusBar()->setContentsMargins(12, 0, 12, 0);
    m_facts->setContentsMargins(24, 0, 0, 0);
    statusBar()->addWidget(m_status, 1);
    statusBar()->addPermanentWidget(m_working);
    statusBar()->addPermanentWidget(m_facts);
    m_front = &m_stage->view();
}

void MainWindow::connectSession()
{
    connect(&m_session, &Session::modelChanged, this, &MainWindow::modelOpened);
    connect(&m_session, &Session::traceChanged, this, &MainWindow::showRun);
    connect(&m_session, &Session::busyChanged, this, &MainWindow::showBusy);
    connect(&m_session, &Session::progressed, this, [this](int done, int total) {
        m_progress->setRange(0, total);
        m_progress->setValue(done);
    });
    connect(m_selection, &Selection::historyChanged, this, [this] {
        m_actions->find(QStringLiteral("step.back"))->setEnabled(m_selection->canGoBack());
        m_actions->find(QStringLiteral("step.forward"))->setEnabled(m_selection->canGoForward());
    });
    connect(qApp, &QApplication::focusChanged, this, [this](QWidget*, QWidget* now) {
        if (auto* view = qobject_cast<FigureView*>(now); view && isAncestorOf(view))
            m_front = view;
    });
}

void MainWindow::connectContent()
{
    // What a label shows may be a token, and a token may look like markup: "<s>".
    for (QLabel* label : findChildren<QLabel*>())
        label->setTextFormat(Qt::PlainText);
    // On Linux the name of a list of choices is the choice: what is chosen there must be said besides.
    for (QComboBox* box : findChildren<QComboBox*>())
        if (box->accessibleDescription().isEmpty())
            box->setAccessibleDescription(box->accessibleName());

    connect(m_input, &InputBar::openFolderWanted, this, &MainWindow::openFolder);
    connect(m_input, &InputBar::left, m_stage, [this] { m_stage->setFocus(); });
    connect(m_input, &InputBar::openImageWanted, this, &MainWindow::openImage);
    connect(m_input, &InputBar::complained, this, [this](const QString& text) {
        m_message->showIssue({text, {}, {}});
    });
    connect(&m_session, &Session::problem, m_message, &MessageBar::showIssue);
    connect(&m_session, &Session::problemSolved, m_message, &MessageBar::clear);
    connect(m_stage, &StagePane::statusText, m_status, &QLabel::setText);
    connect(m_compare, &ComparePanel::folderWanted, this, [this] {
        m_dialogs.openFolder(this, [this](const QString& folder) {
            if (!folder.isEmpty())
                m_compare->compareWithModel(folder);
        });
    });
    connect(m_stage, &StagePane::compareWanted, m_actions->find(QStringLiteral("view.compare")),
            &QAction::trigger);
    connect(m_explain, &ExplainPanel::statusText, m_status, &QLabel::setText);
    connect(m_acrossLayers, &AcrossPanel::statusText, m_status, &QLabel::setText);
    connect(m_positions, &PositionsPanel::statusText, m_status, &QLabel::setText);
    connect(m_predictions, &PredictionsPanel::textWanted, m_input, &InputBar::write);
    connect(m_headTable, &HeadTablePanel::saveWanted, this, &MainWindow::saveHeadTable);
    connect(m_stage, &StagePane::painted, this, &MainWindow::firstPicture);
    connect(m_transport, &TransportBar::playingChanged, this, [this](bool playing) {
        QAction* play = m_actions->find(QStringLiteral("step.play"));
        play->setText(playing ? tr("&Pause") : tr("&Play"));
        play->setIconText(ActionRegistry::plainText(play->text()));
        play->setIcon(Theme::transportIcon(playing ? QStringLiteral("pause") : QStringLiteral("play"),
                                           m_theme.colors().text));
    });
    const auto showWatch = [this] {
        const StepPlayer& player = m_stage->player();
        QAction* watch = m_actions->find(QStringLiteral("step.watch"));
        watch->setText(player.playing()  ? tr("Pause &watching")
                       : player.active() ? tr("Go on &watching")
                                         : tr("&Watch this step compute"));
        watch->setIconText(tr("Watch"));
        watch->setIcon(Theme::transportIcon(
            player.playing() ? QStringLiteral("pause") : QStringLiteral("watch"), m_theme.colors().text));
        // Escape cancels a run first.
        m_actions->find(QStringLiteral("step.watchEnd"))
            ->setEnabled(player.active() && !m_actions->find(QStringLiteral("run.cancel"))->isEnabled());
    };
    connect(&m_stage->player(), &StepPlayer::stateChanged, this, showWatch);
    connect(m_actions->find(QStringLiteral("run.cancel")), &QAction::enabledChanged, this, showWatch);
    // The view that came to the front is what is exported and zoomed, until another has the keyboard.
    connect(m_tabs, &QTabWidget::currentChanged, this, [this] {
        if (auto* view =
                m_tabs->currentWidget() ? m_tabs->currentWidget()->findChild<FigureView*>() : nullptr)
            m_front = view;
    });
}

void MainWindow::applyTheme()
{
    const QColor text = m_theme.colors().text, onAccent = m_theme.colors().accentText;
    const auto icon = [&](const char* id, const char* name, const QColor& color) {
        m_actions->find(QLatin1String(id))->setIcon(Theme::transportIcon(QLatin1String(name), color));
    };
    icon("step.first", "first", text);
    icon("step.previous", "previous", text);
    icon("step.next", "next", onAccent);
    icon("step.play", m_transport->playing() ? "pause" : "play", text);
    icon("step.last", "last", text);
    icon("step.watch", m_stage->player().playing() ? "pause" : "watch", text);
    icon("step.run", "breakpoint", text);
    m_stage->view().setFigureStyle(FigureStyle::fromPalette(m_theme.panelPalette(), QApplication::font()));
    QPalette muted = palette();
    muted.setColor(QPalette::WindowText, m_theme.colors().muted);
    m_status->setPalette(muted);
    m_status->setFont(FigureStyle::fromPalette(palette(), QApplication::font()).monoFont);
}

void MainWindow::modelOpened()
{
    const ModelPtr& model = m_session.model();
    m_tabs->setTabVisible(m_tabs->indexOf(m_image), lastImageAttention(*model->program) >= 0);
    const QString folder = QString::fromStdString(model->folder.string());
    setWindowTitle(QStringLiteral("%1 – Headlight").arg(QString::fromStdString(model->name)));
    bool bundled = false;
    for (const auto& one : bundledModels(m_session.resources()))
        bundled = bundled || one == model->folder;
    m_settings.setLastModel(bundled ? QString::fromStdString(model->name) : folder);
    if (!bundled)
        m_settings.addRecentModel(folder);
    m_input->setModels(bundledEntries(), m_settings.recentModels());
    m_compare->setModels(bundledEntries(), m_settings.recentModels());
    fillModelMenus();
}

void MainWindow::showRun()
{
    const ModelPtr& model = m_session.model();
    const QString count =
        QLocale(QLocale::English).toString(static_cast<qlonglong>(model->parameters->count()));
    // A file of patterns has no parameters: what it has are weights of attention.
    QString facts = (isAttentionFile(model->folder) ? tr("%1 weights read from a file · pass %2 ms")
                                                    : tr("%1 parameters · pass %2 ms"))
                        .arg(count)
                        .arg(m_session.runMilliseconds(), 0, 'f', 1);
    if (m_session.changed())
        facts = tr("changed run, %1 steps computed · %2").arg(m_session.executedSteps()).arg(facts);
    m_facts->setText(facts);
}

void MainWindow::showBusy(bool busy)
{
    // What is over at once needs no progress, and leaves Escape to others.
    const auto show = [this](bool on) {
        m_working->setVisible(on);
        m_actions->find(QStringLiteral("run.cancel"))->setEnabled(on);
    };
    if (!busy)
        return show(false);
    m_progress->setRange(0, 0);
    QTimer::singleShot(showProgressAfter, m_working, [this, show] { show(m_session.busy()); });
}

QStringList MainWindow::bundledEntries() const
{
    QStringList entries;
    for (const auto& folder : bundledModels(m_session.resources()))
        entries << QString::fromStdString(folder.string()) + QLatin1Char('\t') +
                       QString::fromStdString(familyOf(folder));
    return entries;
}

std::vector<ExportDialog::Source> MainWindow::exportSources(int& front) const
{
    std::vector<ExportDialog::Source> sources;
    const auto add = [&](const QString& name, const FigureView& view, std::shared_ptr<const Figure> figure) {
        if (!figure)
            return;
        if (&view == frontView())
            front = static_cast<int>(sources.size());
        sources.push_back({name, std::move(figure), view.figureStyle(), view.highlight()});
    };
    add(tr("This step"), m_stage->view(), m_stage->view().sharedFigure());
    add(tr("All heads"), m_heads->grid(), m_heads->grid().sharedFigure());
    add(tr("Selected head"), m_heads->pattern(), m_heads->pattern().sharedFigure());
    add(tr("Links"), m_links->view(), m_links->wholeFigure());
    add(tr("Query and key"), m_queryKey->bars(), m_queryKey->bars().sharedFigure());
    add(tr("Queries and keys"), m_queryKey->scatter(), m_queryKey->scatter().sharedFigure());
    add(tr("Image"), m_image->view(), m_image->view().sharedFigure());
    if (m_compare->view().figure())
        add(tr("Before and after"), m_compare->view(), m_compare->view().sharedFigure());
    add(tr("Positions"), m_positions->view(), m_positions->view().sharedFigure());
    add(tr("What positions do"), m_positions->effect(), m_positions->effect().sharedFigure());
    add(tr("Across layers"), m_acrossLayers->view(), m_acrossLayers->view().sharedFigure());
    return sources;
}

FigureView* MainWindow::frontView() const
{
    return m_front && m_front->isVisible() && m_front->figure() ? m_front : &m_stage->view();
}

ExportDialog* MainWindow::showExport()
{
    int front = 0;
    auto sources = exportSources(front);
    if (sources.empty())
        return nullptr;
    auto* dialog = new ExportDialog(std::move(sources), front, m_exportFolder, m_dialogs, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &ExportDialog::saved, this, [this](const QString& path) {
        m_exportFolder = QFileInfo(path).path();
        m_status->setText(tr("saved %1").arg(path));
    });
    dialog->open();
    return dialog;
}

void MainWindow::restoreWindow()
{
    if (const QByteArray geometry = m_settings.bytes(QStringLiteral("geometry")); !geometry.isEmpty())
        restoreGeometry(geometry);
    else
        resize(QSize(1440, 900).boundedTo(screen()->availableSize()));
    m_tabs->setCurrentIndex(m_settings.text(QStringLiteral("tab")).toInt());
    for (const char* id : {"view.outline", "view.explain", "view.tabs"})
        m_actions->find(QLatin1String(id))->setChecked(m_settings.flag(QLatin1String(id), true));
}

/// By how much larger letters than the usual ones widen what they stand in, as far as the stage can spare the
/// room.
static double largeLetters(const QFont& font)
{
    return std::clamp(QFontInfo(font).pixelSize() / 13.0, 1.0, 1.3);
}

void MainWindow::restoreSplitters()
{
    const auto restore = [this](QSplitter* splitter, const char* key, const QList<int>& sizes) {
        if (!splitter->restoreState(m_settings.bytes(QLatin1String(key))))
            splitter->setSizes(sizes);
    };
    const double letters = largeLetters(font());
    const int left = std::clamp(qRound(width() * letters * 7 / 40), qRound(190 * letters),
                                qRound(260 * letters)),
              right = std::clamp(qRound(width() * letters / 4), qRound(286 * letters), qRound(340 * letters));
    restore(m_across, "across", {left, width() - left});
    restore(m_inner, "inner", {width() - left - right, right});
    restore(m_down, "down", {m_across->height() - heightBelow(), heightBelow()});
    QAction* fold = m_actions->find(QStringLiteral("view.fold"));
    fold->setChecked(m_settings.flag(QStringLiteral("view.fold"), isLow()));
}

int MainWindow::heightBelow() const
{
    const double letters = largeLetters(font());
    return std::clamp(height() / 4, qRound(180 * letters), qRound(250 * letters));
}

bool MainWindow::isLow() const
{
    constexpr int lines = 45; // 13 pixels a letter in a window 700 high are 54
    return height() < lines * QFontInfo(font()).pixelSize();
}

void MainWindow::unfoldTabs()
{
    QAction* fold = m_actions->find(QStringLiteral("view.fold"));
    // A low window has no room for a step and a view: the view gets all of it.
    if (fold->isChecked() && isLow())
        m_actions->find(QStringLiteral("view.enlarge"))->setChecked(true);
    fold->setChecked(false);
}

void MainWindow::foldTabs(bool on)
{
    constexpr int least = 110;
    const int bar = m_tabs->tabBar()->sizeHint().height();
    m_tabs->setMinimumHeight(on ? bar : least);
    m_tabs->setMaximumHeight(on ? bar : QWIDGETSIZE_MAX);
    if (!on)
        m_down->setSizes({m_down->height() - heightBelow(), heightBelow()});
}

void MainWindow::showEvent(QShowEvent* event)
{
    QMainWindow::showEvent(event);
    if (std::exchange(m_shown, true))
        return;
    // Splitters divide what they have: not before the window has its size.
    layout()->activate();
    centralWidget()->layout()->activate();
    restoreSplitters();
    // No control has the keyboard at first, so that the arrows walk.
    m_stage->setFocus();
}

void MainWindow::saveLayout()
{
    m_settings.setBytes(QStringLiteral("geometry"), saveGeometry());
    m_settings.setBytes(QStringLiteral("across"), m_across->saveState());
    m_settings.setBytes(QStringLiteral("inner"), m_inner->saveState());
    m_settings.setBytes(QStringLiteral("down"), m_down->saveState());
    m_settings.setText(QStringLiteral("watchSpeed"), QString::number(m_stage->player().speed()));
    m_settings.setText(QStringLiteral("tab"), QString::number(m_tabs->currentIndex()));
    for (const char* id : {"view.outline", "view.explain", "view.tabs", "view.fold"})
        m_settings.setFlag(QLatin1String(id), m_actions->find(QLatin1String(id))->isChecked());
    m_settings.sync();
}

void MainWindow::closeEvent(QCloseEvent* event)
{
    saveLayout();
    QMainWindow::closeEvent(event);
}

bool MainWindow::eventFilter(QObject* watched, QEvent* event)
{
    // The window's single keys (space, arrows) are a control's own while the keyboard is in it.
    if (event->type() == QEvent::ShortcutOverride && watched == QApplication::focusWidget()) {
        const int key = static_cast<QKeyEvent*>(event)->key();
        const bool press = key == Qt::Key_Space || key == Qt::Key_Return || key == Qt::Key_Enter;
        const bool move = key == Qt::Key_Left || key == Qt::Key_Right || key == Qt::Key_Up ||
                          key == Qt::Key_Down || key == Qt::Key_Home || key == Qt::Key_End;
        const bool takes =
            (qobject_cast<QAbstractButton*>(watched) && press) ||
            (qobject_cast<QComboBox*>(watched) && (press || move)) ||
            (qobject_cast<QTabBar*>(watched) && (key == Qt::Key_Left || key == Qt::Key_Right)) ||
            (qobject_cast<QAbstractSlider*>(watched) && move) ||
            (qobject_cast<QAbstractSpinBox*>(watched) && move);
        if (takes) {
            event->accept();
            return true;
        }
    }
    return QMainWindow::eventFilter(watched, event);
}

void MainWindow::dragEnterEvent(QDragEnterEvent* event)
{
    if (event->mimeData()->hasUrls())
        event->acceptProposedAction();
}

void MainWindow::dropEvent(QDropEvent* event)
{
    const auto urls = event->mimeData()->urls();
    if (urls.isEmpty())
        return;
    // A folder is a model, and so is a file of attention patterns; others are pictures for a model that sees.
    const QString path = urls.front().toLocalFile();
    if (QFileInfo(path).isDir() || isAttentionFile(path.toStdString()))
        m_session.openModel(path);
    else if (const QImage image = QImageReader(path).read(); !image.isNull())
        m_session.setImage(image, path);
    else
        m_message->showIssue({tr("Expected a model's folder or a picture, found %1").arg(path), {}, {}});
    event->acceptProposedAction();
}

} // namespace headlight
