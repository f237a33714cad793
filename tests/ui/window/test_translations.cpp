// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later

// Tells when a text of the interface has been added or changed without its Chinese. To mend it:
// cmake --build build/release --target update_translations, and write what is new in the .ts file.

#include <QDirIterator>
#include <QFile>
#include <QProcess>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTest>
#include <QXmlStreamReader>

#include <algorithm>

namespace {

struct Message
{
    QString context, source, translation;
    bool unfinished = false;
};

QList<Message> messagesOf(const QString& file)
{
    QFile ts(file);
    QList<Message> all;
    if (!ts.open(QIODevice::ReadOnly))
        return all;
    QXmlStreamReader xml(&ts);
    QString context;
    Message message;
    while (!xml.atEnd()) {
        xml.readNext();
        if (xml.isStartElement()) {
            if (xml.name() == QLatin1String("name"))
                context = xml.readElementText();
            else if (xml.name() == QLatin1String("message"))
                message = {context, {}, {}, false};
            else if (xml.name() == QLatin1String("source"))
                message.source = xml.readElementText();
            else if (xml.name() == QLatin1String("translation")) {
                message.unfinished = xml.attributes().hasAttribute(QLatin1String("type"));
                message.translation = xml.readElementText();
            }
        } else if (xml.isEndElement() && xml.name() == QLatin1String("message")) {
            all << message;
        }
    }
    return all;
}

QStringList found(const QRegularExpression& wanted, const QString& text)
{
    QStringList all;
    for (auto it = wanted.globalMatch(text); it.hasNext();)
        all << it.next().captured();
    all.sort();
    all.removeDuplicates();
    return all;
}

const QString sources = QStringLiteral(HEADLIGHT_SOURCE_DIR);
const QString translations = sources + QStringLiteral("/resources/translations/headlight_zh_CN.ts");

} // namespace

class TestTranslations : public QObject
{
    Q_OBJECT
private slots:
    void everyTextIsTranslated()
    {
        QTemporaryDir folder;
        const QString file = folder.filePath("headlight_zh_CN.ts");
        QVERIFY(QFile::copy(translations, file));
        QProcess lupdate;
        lupdate.start(QStringLiteral(HEADLIGHT_LUPDATE),
                      {"-silent", "-locations", "none", "-no-obsolete", "-disable-heuristic", "sametext",
                       sources + "/ui", "-ts", file});
        QVERIFY2(lupdate.waitForFinished(60'000), qPrintable(lupdate.errorString()));
        QCOMPARE(lupdate.exitCode(), 0);
        const auto messages = messagesOf(file);
        QVERIFY(messages.size() > 400);
        QStringList missing;
        for (const Message& m : messages)
            if (m.unfinished || m.translation.isEmpty())
                missing << m.context + ": " + m.source;
        QVERIFY2(missing.isEmpty(), qPrintable("without Chinese:\n" + missing.join('\n')));
    }

    void numbersAndKeysHaveTheirPlaces()
    {
        static const QRegularExpression place(QStringLiteral("%[1-9n]")), key(QStringLiteral("&\\w"));
        for (const Message& m : messagesOf(translations)) {
            QVERIFY2(found(place, m.source) == found(place, m.translation), qPrintable(m.source));
            if (!m.source.contains('<'))
                QVERIFY2(found(key, m.source).size() == found(key, m.translation).size(),
                         qPrintable(m.source));
        }
    }

    /// lupdate sees literals only: a helper that hands a text on would hide it.
    void noTextHidesFromLupdate()
    {
        static const QRegularExpression hidden(
            QStringLiteral("QCoreApplication::translate\\(\\s*(\"\\w+\"|\\w+)\\s*,(?!\\s*\")"));
        QStringList files;
        for (QDirIterator it(sources + "/ui", {"*.cpp", "*.h"}, QDir::Files, QDirIterator::Subdirectories);
             it.hasNext();) {
            QFile file(it.next());
            QVERIFY(file.open(QIODevice::ReadOnly));
            // Core's words are in resources/texts, see test_language.
            if (!file.fileName().endsWith("core_words.cpp") &&
                QString::fromUtf8(file.readAll()).contains(hidden))
                files << file.fileName();
        }
        QVERIFY2(files.isEmpty(), qPrintable(files.join('\n')));
    }
};

QTEST_GUILESS_MAIN(TestTranslations)
#include "test_translations.moc"
