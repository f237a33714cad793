// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later

// Families without reference tensors of their own, held to one that has them: the same random parameters,
// laid out as either family's files have them, must give the same attention and the same logits.

#include "formats/files.h"
#include "formats/safetensors_writer.h"
#include "models/model.h"
#include "run/execution.h"
#include "run/workers.h"

#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <map>
#include <random>

using namespace headlight;

namespace {

constexpr int d = 24, heads = 4, dHead = d / heads, layers = 2, vocab = 29, context = 16;

/// A matrix [rows, columns], or a vector with one row.
struct Matrix
{
    int rows = 1, columns = 1;
    std::vector<float> numbers;
    bool vector = false;

    float& at(int row, int column) { return numbers[static_cast<std::size_t>(row * columns + column)]; }
    [[nodiscard]] float at(int row, int column) const
    {
        return numbers[static_cast<std::size_t>(row * columns + column)];
    }
};

class Random
{
public:
    Matrix matrix(int rows, int columns, float mean = 0)
    {
        Matrix m{.rows = rows, .columns = columns, .numbers = {}, .vector = false};
        std::normal_distribution<float> normal(mean, 0.4F);
        for (int i = 0; i < rows * columns; ++i)
            m.numbers.push_back(normal(m_bits));
        return m;
    }
    Matrix vector(int size, float mean = 0)
    {
        Matrix m = matrix(1, size, mean);
        m.vector = true;
        return m;
    }

private:
    std::mt19937 m_bits{7};
};

Matrix transposed(const Matrix& m)
{
    Matrix t{.rows = m.columns, .columns = m.rows, .numbers = m.numbers, .vector = false};
    for (int i = 0; i < m.rows; ++i)
        for (int j = 0; j < m.columns; ++j)
            t.at(j, i) = m.at(i, j);
    return t;
}

/// Rows of @p m in another order, or some of them several times.
Matrix rowsOf(const Matrix& m, const std::vector<int>& rows)
{
    Matrix picked{
        .rows = static_cast<int>(rows.size()), .columns = m.columns, .numbers = {}, .vector = false};
    for (const int row : rows)
        for (int j = 0; j < m.columns; ++j)
            picked.numbers.push_back(m.at(row, j));
    return picked;
}

Matrix stacked(std::initializer_list<Matrix> parts)
{
    Matrix all{.rows = 0, .columns = parts.begin()->columns, .numbers = {}, .vector = false};
    for (const Matrix& m : parts) {
        all.rows += m.rows;
        all.numbers.insert(all.numbers.end(), m.numbers.begin(), m.numbers.end());
    }
    return all;
}

/// One number a row, as a column, and back: biases are picked like their matrices' rows.
Matrix column(const Matrix& v)
{
    return {.rows = v.columns, .columns = 1, .numbers = v.numbers, .vector = false};
}
Matrix biasOf(const Matrix& v)
{
    return {.rows = 1, .columns = v.rows, .numbers = v.numbers, .vector = true};
}

using Parts = std::map<std::string, Matrix>;

/// The result of the same few tokens in a model of these parameters.
Result<Trace> runOf(const std::filesystem::path& folder, const std::string& config, const Parts& parts)
{
    std::filesystem::create_directories(folder);
    std::vector<TensorSource> tensors;
    for (const auto& [name, m] : parts) {
        Axes axes;
        if (!m.vector)
            axes.push_back(named("row", m.rows));
        axes.push_back(named("column", m.columns));
        tensors.emplace_back(name, std::make_shared<const Tensor>(axes, m.numbers));
    }
    if (auto ok = writeSafetensors(folder / "model.safetensors", std::move(tensors)); !ok)
        return tl::unexpected(ok.error());
    if (auto ok = writeFileAtomically(folder / "config.json", config); !ok)
        return tl::unexpected(ok.error());
    auto model = openModel(folder);
    if (!model)
        return tl::unexpected(model.error());
    auto input = makeInput(**model, {{.text = {}, .ids = std::vector<int>{3, 14, 15, 9, 26, 5, 3, 14}}});
    if (!input)
        return tl::unexpected(input.error());
    return runModel((*model)->program, (*model)->parameters, std::move(*input), std::make_shared<Workers>(1));
}

/// Largest difference of two runs in @p hook, relative to its largest number.
double difference(const Trace& a, const Trace& b, const std::string& hook)
{
    const auto x = a.tensor(hook), y = b.tensor(hook);
    if (!x || !y || (*x)->count() != (*y)->count())
        return std::numeric_limits<double>::infinity();
    double most = 0, largest = 0;
    for (std::int64_t i = 0; i < (*x)->count(); ++i) {
        most = std::max(most, std::abs(double{(*x)->data()[i]} - double{(*y)->data()[i]}));
        largest = std::max(largest, std::abs(double{(*x)->data()[i]}));
    }
    return most / largest;
}

std::string sizes(const std::string& type)
{
    const auto is = [](const char* key, int value) {
        return ", \"" + std::string(key) + "\": " + std::to_string(value);
    };
    return "{\"model_type\": \"" + type + "\"" + is("n_layer", layers) + is("n_head", heads) +
           is("n_embd", d) + is("vocab_size", vocab) + is("n_positions", context) + is("hidden_size", d) +
           is("num_hidden_layers", layers) + is("num_attention_heads", heads) +
           is("max_position_embeddings", context) + is("intermediate_size", 4 * d);
}

} // namespace

class EquivalenceTest : public QObject
{
    Q_OBJECT

private slots:
    void gptBigcodeIsGpt2WithSharedKeys_data()
    {
        QTest::addColumn<bool>("shared");
        QTest::newRow("one set of keys and values") << true;
        QTest::newRow("each head its own") << false;
    }
    void gptBigcodeIsGpt2WithSharedKeys();
    void gptjIsGptNeoxWithOneNorm();

private:
    void same(const Result<Trace>& a, const Result<Trace>& b);

    QTemporaryDir m_folder;
    std::filesystem::path m_root{m_folder.path().toStdString()};
};

void EquivalenceTest::same(const Result<Trace>& a, const Result<Trace>& b)
{
    QVERIFY2(a, a ? "" : a.error().text().c_str());
    QVERIFY2(b, b ? "" : b.error().text().c_str());
    for (int i = 0; i < layers; ++i)
        for (const char* hook : {"attn.hook_pattern", "attn.hook_z", "hook_resid_post"}) {
            const std::string name = "blocks." + std::to_string(i) + "." + hook;
            const double off = difference(*a, *b, name);
            QVERIFY2(off < 1e-5, qPrintable(QString("%1: %2").arg(name.c_str()).arg(off)));
        }
    QVERIFY(difference(*a, *b, "hook_logits") < 1e-5);
}

void EquivalenceTest::gptBigcodeIsGpt2WithSharedKeys()
{
    QFETCH(bool, shared);
    Random random;
    Parts gpt2, bigcode;
    const auto both = [&](const std::string& name, const Matrix& m) { gpt2[name] = bigcode[name] = m; };
    const auto norm = [&](const std::string& name) {
        both(name + ".weight", random.vector(d, 1));
        both(name + ".bias", random.vector(d));
    };
    // GPT-2 keeps matrices [in, out], the other as torch's Linear does, [out, in].
    const auto linear = [&](const std::string& name, int in, int out) {
        const Matrix w = random.matrix(out, in);
        bigcode[name + ".weight"] = w;
        gpt2[name + ".weight"] = transposed(w);
        both(name + ".bias", random.vector(out));
    };
    both("transformer.wte.weight", random.matrix(vocab, d));
    both("transformer.wpe.weight", random.matrix(context, d));
    for (int i = 0; i < layers; ++i) {
        const std::string h = "transformer.h." + std::to_string(i) + ".";
        norm(h + "ln_1");
        norm(h + "ln_2");
        linear(h + "attn.c_proj", d, d);
        linear(h + "mlp.c_fc", d, 4 * d);
        linear(h + "mlp.c_proj", 4 * d, d);
        const int keys = shared ? dHead : d;
        const Matrix q = random.matrix(d, d), k = random.matrix(keys, d), v = random.matrix(keys, d);
        const Matrix bq = column(random.vector(d)), bk = column(random.vector(keys)),
                     bv = column(random.vector(keys));
        std::vector<int> everyHead, headByHead;
        for (int head = 0; head < heads; ++head) {
            for (int j = 0; j < dHead; ++j)
                everyHead.push_back(shared ? j : head * dHead + j);
            for (int part = 0; part < 3; ++part)
                for (int j = 0; j < dHead; ++j)
                    headByHead.push_back(part * d + head * dHead + j);
        }
        const std::string name = h + "attn.c_attn";
        gpt2[name + ".weight"] = transposed(stacked({q, rowsOf(k, everyHead), rowsOf(v, everyHead)}));
        gpt2[name + ".bias"] = biasOf(stacked({bq, rowsOf(bk, everyHead), rowsOf(bv, everyHead)}));
        const Matrix all = stacked({q, k, v}), bias = stacked({bq, bk, bv});
        bigcode[name + ".weight"] = shared ? all : rowsOf(all, headByHead);
        bigcode[name + ".bias"] = biasOf(shared ? bias : rowsOf(bias, headByHead));
    }
    norm("transformer.ln_f");
    same(runOf(m_root / "gpt2", sizes("gpt2") + "}", gpt2),
         runOf(m_root / "gpt_bigcode",
               sizes("gpt_bigcode") + ", \"multi_query\": " + (shared ? "true}" : "false}"), bigcode));
}

void EquivalenceTest::gptjIsGptNeoxWithOneNorm()
{
    constexpr int rotated = 4;
    Random random;
    Parts j, neox;
    const auto both = [&](const std::string& name, const std::string& other, const Matrix& m) {
        j[name] = m;
        neox[other] = m;
    };
    const auto zeros = [](int n) {
        return Matrix{.rows = 1,
                      .columns = n,
                      .numbers = std::vector<float>(static_cast<std::size_t>(n)),
                      .vector = true};
    };
    both("transformer.wte.weight", "gpt_neox.embed_in.weight", random.matrix(vocab, d));
    for (int i = 0; i < layers; ++i) {
        const std::string h = "transformer.h." + std::to_string(i) + ".",
                          l = "gpt_neox.layers." + std::to_string(i) + ".";
        for (const char* part : {"weight", "bias"}) {
            const Matrix norm = random.vector(d, part[0] == 'w' ? 1 : 0);
            both(h + "ln_1." + part, l + "input_layernorm." + part, norm);
            neox[l + "post_attention_layernorm." + part] = norm;
        }
        both(h + "mlp.fc_in.weight", l + "mlp.dense_h_to_4h.weight", random.matrix(4 * d, d));
        both(h + "mlp.fc_in.bias", l + "mlp.dense_h_to_4h.bias", random.vector(4 * d));
        both(h + "mlp.fc_out.weight", l + "mlp.dense_4h_to_h.weight", random.matrix(d, 4 * d));
        both(h + "mlp.fc_out.bias", l + "mlp.dense_4h_to_h.bias", random.vector(d));
        both(h + "attn.out_proj.weight", l + "attention.dense.weight", random.matrix(d, d));
        neox[l + "attention.dense.bias"] = zeros(d);
        const Matrix q = random.matrix(d, d), k = random.matrix(d, d), v = random.matrix(d, d);
        j[h + "attn.q_proj.weight"] = q;
        j[h + "attn.k_proj.weight"] = k;
        j[h + "attn.v_proj.weight"] = v;
        // Neighbours (2k, 2k + 1) turn together here, (k, k + rotated/2) there: a score does not see the
        // order.
        const Matrix all = stacked({q, k, v});
        std::vector<int> rows;
        for (int head = 0; head < heads; ++head)
            for (int part = 0; part < 3; ++part)
                for (int n = 0; n < dHead; ++n) {
                    const bool turns = part < 2 && n < rotated;
                    const int from = turns ? n % (rotated / 2) * 2 + n / (rotated / 2) : n;
                    rows.push_back(part * d + head * dHead + from);
                }
        neox[l + "attention.query_key_value.weight"] = rowsOf(all, rows);
        neox[l + "attention.query_key_value.bias"] = zeros(3 * d);
    }
    for (const char* part : {"weight", "bias"})
        both("transformer.ln_f." + std::string(part), "gpt_neox.final_layer_norm." + std::string(part),
             random.vector(d, part[0] == 'w' ? 1 : 0));
    both("lm_head.weight", "embed_out.weight", random.matrix(vocab, d));
    j["lm_head.bias"] = zeros(vocab);
    const std::string share =
        std::to_string((rotated + 0.5) / dHead); // exact where a quotient would round down
    same(runOf(m_root / "gptj", sizes("gptj") + ", \"rotary_dim\": " + std::to_string(rotated) + "}", j),
         runOf(m_root / "neox",
               sizes("gpt_neox") + R"(, "hidden_act": "gelu_new", "rotary_pct": )" + share + "}", neox));

    // The logits' bias is GPT-J's alone.
    const auto plain = runOf(m_root / "plain", sizes("gptj") + ", \"rotary_dim\": 4}", j);
    std::fill(j["lm_head.bias"].numbers.begin(), j["lm_head.bias"].numbers.end(), 2.5F);
    const auto raised = runOf(m_root / "raised", sizes("gptj") + ", \"rotary_dim\": 4}", j);
    QVERIFY(plain && raised);
    const auto a = plain->tensor("hook_logits"), b = raised->tensor("hook_logits");
    for (std::int64_t i = 0; i < (*a)->count(); ++i)
        QVERIFY(std::abs((*b)->data()[i] - (*a)->data()[i] - 2.5F) < 1e-4F);
}

QTEST_APPLESS_MAIN(EquivalenceTest)
#include "equivalence_test.moc"
