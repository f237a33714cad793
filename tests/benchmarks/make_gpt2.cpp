// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later

// Writes a GPT-2 of any size with random weights as a model folder, the full 124 M parameters by default:
//   make_gpt2 FOLDER [LAYERS HEADS D_MODEL VOCABULARY CONTEXT]

#include "formats/files.h"
#include "formats/safetensors_writer.h"

#include <cstdio>
#include <cstdlib>
#include <random>

using namespace headlight;

int main(int argc, char** argv)
{
    if (argc != 2 && argc != 7) {
        std::fprintf(stderr, "usage: make_gpt2 FOLDER [LAYERS HEADS D_MODEL VOCABULARY CONTEXT]\n");
        return 2;
    }
    int sizes[5] = {12, 12, 768, 50257, 1024};
    for (int i = 2; i < argc; ++i)
        sizes[i - 2] = std::atoi(argv[i]);
    const auto [layers, heads, d, vocab, context] = sizes;
    const std::filesystem::path folder = argv[1];
    std::filesystem::create_directories(folder);

    std::mt19937 random(1);
    std::vector<TensorSource> tensors;
    const auto add = [&](std::string name, std::vector<std::int64_t> shape, float mean, float deviation) {
        tensors.emplace_back(std::move(name), shape,
                             [&random, shape, mean, deviation]() -> Result<TensorPtr> {
                                 Axes axes;
                                 for (const auto size : shape)
                                     axes.push_back(named("any", size));
                                 Tensor t(std::move(axes));
                                 std::normal_distribution<float> normal(mean, deviation);
                                 for (float& v : t.mutableValues())
                                     v = normal(random);
                                 return std::make_shared<const Tensor>(std::move(t));
                             });
    };
    // GPT-2's own initialisation: 0.02, norms at one.
    add("transformer.wte.weight", {vocab, d}, 0, 0.02F);
    add("transformer.wpe.weight", {context, d}, 0, 0.01F);
    const auto norm = [&](const std::string& name) {
        add(name + ".weight", {d}, 1, 0);
        add(name + ".bias", {d}, 0, 0);
    };
    const auto linear = [&](const std::string& name, int in, int out) {
        // Wider than at initialisation, so that the heads' patterns differ from each other.
        add(name + ".weight", {in, out}, 0, 0.06F);
        add(name + ".bias", {out}, 0, 0.02F);
    };
    for (int i = 0; i < layers; ++i) {
        const std::string h = "transformer.h." + std::to_string(i) + ".";
        norm(h + "ln_1");
        linear(h + "attn.c_attn", d, 3 * d);
        linear(h + "attn.c_proj", d, d);
        norm(h + "ln_2");
        linear(h + "mlp.c_fc", d, 4 * d);
        linear(h + "mlp.c_proj", 4 * d, d);
    }
    norm("transformer.ln_f");
    if (auto ok = writeSafetensors(folder / "model.safetensors", std::move(tensors), {{"format", "pt"}});
        !ok) {
        std::fprintf(stderr, "%s\n", ok.error().text().c_str());
        return 1;
    }
    const std::string config =
        "{\"model_type\": \"gpt2\", \"architectures\": [\"GPT2LMHeadModel\"], \"n_layer\": " +
        std::to_string(layers) + ", \"n_head\": " + std::to_string(heads) +
        ", \"n_embd\": " + std::to_string(d) + ", \"vocab_size\": " + std::to_string(vocab) +
        ", \"n_positions\": " + std::to_string(context) + "}\n";
    if (auto ok = writeFileAtomically(folder / "config.json", config); !ok) {
        std::fprintf(stderr, "%s\n", ok.error().text().c_str());
        return 1;
    }
    return 0;
}
