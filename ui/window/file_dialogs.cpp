// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "window/file_dialogs.h"

#include <QCoreApplication>
#include <QFileDialog>

namespace headlight {

namespace {

struct FileDialogsWords
{
    Q_DECLARE_TR_FUNCTIONS(FileDialogs)
};

void ask(QFileDialog* dialog, const FileDialogs::Answer& answer)
{
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    QObject::connect(dialog, &QFileDialog::fileSelected, dialog, answer);
    dialog->open();
}

} // namespace

FileDialogs FileDialogs::real()
{
    FileDialogs dialogs;
    dialogs.openFolder = [](QWidget* parent, const Answer& answer) {
        auto* dialog = new QFileDialog(parent, FileDialogsWords::tr("Open a model's folder"));
        dialog->setFileMode(QFileDialog::Directory);
        dialog->setOption(QFileDialog::ShowDirsOnly, false);
        ask(dialog, answer);
    };
    dialogs.openImage = [](QWidget* parent, const Answer& answer) {
        auto* dialog = new QFileDialog(parent, FileDialogsWords::tr("Open a picture"));
        dialog->setFileMode(QFileDialog::ExistingFile);
        dialog->setNameFilters(
            {FileDialogsWords::tr("Pictures (*.png *.jpg *.jpeg *.bmp *.gif *.webp *.ppm *.pgm)"),
             FileDialogsWords::tr("All files (*)")});
        ask(dialog, answer);
    };
    dialogs.openArrays = [](QWidget* parent, const Answer& answer) {
        auto* dialog = new QFileDialog(parent, FileDialogsWords::tr("Open attention patterns"));
        dialog->setFileMode(QFileDialog::ExistingFile);
        dialog->setNameFilters({FileDialogsWords::tr("Arrays (*.npy *.npz *.safetensors)"),
                                FileDialogsWords::tr("All files (*)")});
        ask(dialog, answer);
    };
    dialogs.saveFile = [](QWidget* parent, const QString& suggested, const Answer& answer) {
        auto* dialog = new QFileDialog(parent, FileDialogsWords::tr("Save as"), suggested);
        dialog->setAcceptMode(QFileDialog::AcceptSave);
        dialog->selectFile(suggested);
        ask(dialog, answer);
    };
    return dialogs;
}

} // namespace headlight
