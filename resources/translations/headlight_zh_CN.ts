<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>AcrossLayers</name>
    <message>
        <source>the highest probability</source>
        <translation>最高概率</translation>
    </message>
    <message>
        <source>other</source>
        <translation>其他</translation>
    </message>
    <message>
        <source>position</source>
        <translation>位置</translation>
    </message>
    <message>
        <source>embedding</source>
        <translation>嵌入</translation>
    </message>
    <message>
        <source>after layer %1</source>
        <translation>第 %1 层之后</translation>
    </message>
    <message>
        <source>residual stream</source>
        <translation>残差流</translation>
    </message>
    <message>
        <source>“%1”, %2: ‖x‖ = %3</source>
        <translation>“%1”，%2：‖x‖ = %3</translation>
    </message>
    <message>
        <source>“%1”, %2: %3. “%4” has rank %5, %6, logit %7</source>
        <translation>“%1”，%2：%3。“%4” 排第 %5，%6，logit 为 %7</translation>
    </message>
    <message>
        <source>Logit lens: rank (1: the most probable) and probability of “%1”</source>
        <translation>logit 透镜：“%1” 的名次（1 为概率最大）和概率</translation>
    </message>
    <message>
        <source>layer %1, head %2</source>
        <translation>第 %1 层，头 %2</translation>
    </message>
    <message>
        <source>layer %1, b_O</source>
        <translation>第 %1 层，b_O</translation>
    </message>
    <message>
        <source>layer %1, MLP</source>
        <translation>第 %1 层，MLP</translation>
    </message>
    <message>
        <source>%1 adds %2 to the logit %3</source>
        <translation>%1 给 logit %3 加上 %2</translation>
    </message>
    <message>
        <source>layer %1</source>
        <translation>第 %1 层</translation>
    </message>
    <message>
        <source>, cross</source>
        <translation>，交叉</translation>
    </message>
    <message>
        <source>head</source>
        <translation>头</translation>
    </message>
    <message>
        <source>Direct logit attribution of “%1”: logit %2</source>
        <translation>“%1” 的直接 logit 归因：logit 为 %2</translation>
    </message>
    <message>
        <source>Direct logit attribution of “%1” after “%2”: logit %3</source>
        <translation>“%2” 之后的 “%1” 的直接 logit 归因：logit 为 %3</translation>
    </message>
    <message>
        <source>the heads carry %1 for “%2” from “%3”</source>
        <translation>各头为 “%2” 从 “%3” 取来 %1</translation>
    </message>
    <message>
        <source>Where the heads take “%1” from: logit %2</source>
        <translation>各头从哪里取来 “%1”：logit 为 %2</translation>
    </message>
    <message>
        <source>position after layer %1</source>
        <translation>第 %1 层之后的位置</translation>
    </message>
    <message>
        <source>input token</source>
        <translation>输入词元</translation>
    </message>
    <message>
        <source>%1 of “%2” after layer %3 comes from “%4”</source>
        <translation>第 %3 层之后，“%2” 中的 %1 来自 “%4”</translation>
    </message>
    <message>
        <source>at most %1 can flow from “%2” to “%3” through layers 0 to %4</source>
        <translation>经第 0 到 %4 层，从 “%2” 最多有 %1 能流到 “%3”</translation>
    </message>
    <message>
        <source>Attention flow to “%1”</source>
        <translation>流向 “%1” 的注意力流</translation>
    </message>
    <message>
        <source>Residual stream&apos;s norm</source>
        <translation>残差流的范数</translation>
    </message>
    <message>
        <source>Logit lens</source>
        <translation>logit 透镜</translation>
    </message>
    <message>
        <source>Direct logit attribution</source>
        <translation>直接 logit 归因</translation>
    </message>
    <message>
        <source>Contribution of tokens</source>
        <translation>各词元的贡献</translation>
    </message>
    <message>
        <source>Attention rollout</source>
        <translation>注意力展开（rollout）</translation>
    </message>
    <message>
        <source>Attention flow</source>
        <translation>注意力流（flow）</translation>
    </message>
    <message>
        <source>How long each position&apos;s vector is between the layers: ‖x‖₂.</source>
        <translation>各层之间每个位置的向量有多长：‖x‖₂。</translation>
    </message>
    <message>
        <source>What the model would say if it ended here: the final norm and the unembedding applied to every layer&apos;s residual stream (nostalgebraist 2020). The last row is the model&apos;s own answer.</source>
        <translation>假如模型到此为止会说什么：对每一层的残差流施加最后的归一化和反嵌入（nostalgebraist 2020）。最后一行是模型自己的答案。</translation>
    </message>
    <message>
        <source>The logit as a sum of what each head, MLP and embedding has written, the final norm&apos;s scale held fixed (Elhage et al. 2021).</source>
        <translation>把 logit 写成各个头、MLP 和嵌入所写内容之和，最后归一化的尺度固定不变（Elhage 等 2021）。</translation>
    </message>
    <message>
        <source>What all heads together carry to this logit from each token: Σ P[i,j] · (v_j W_O) · ∂logit (Elhage et al. 2021).</source>
        <translation>所有头合起来从每个词元给这个 logit 带来多少：Σ P[i,j] · (v_j W_O) · ∂logit（Elhage 等 2021）。</translation>
    </message>
    <message>
        <source>How much of each input token is left in a position, by attention alone: the layers&apos; ½ P + ½ I multiplied (Abnar &amp; Zuidema 2020).</source>
        <translation>只看注意力，每个输入词元在某个位置上还剩多少：各层的 ½ P + ½ I 相乘（Abnar 与 Zuidema 2020）。</translation>
    </message>
    <message>
        <source>How much could flow from each input token to this position if attention weights were pipes: maximum flow (Abnar &amp; Zuidema 2020).</source>
        <translation>假如注意力权重是管道，从每个输入词元最多能有多少流到这个位置：最大流（Abnar 与 Zuidema 2020）。</translation>
    </message>
</context>
<context>
    <name>Colors</name>
    <message>
        <source>first token hidden</source>
        <translation>首词元已隐藏</translation>
    </message>
    <message>
        <source>first token hidden, the rest of each row sums to 1</source>
        <translation>首词元已隐藏，每行其余部分之和为 1</translation>
    </message>
    <message>
        <source>masked</source>
        <translation>被掩盖</translation>
    </message>
    <message>
        <source>NaN</source>
        <translation>NaN</translation>
    </message>
    <message>
        <source>%1: %2, hidden</source>
        <translation>%1：%2，已隐藏</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1：%2</translation>
    </message>
    <message>
        <source>%1: %2 of the rest, %3 of all</source>
        <translation>%1：占其余的 %2，占全部的 %3</translation>
    </message>
    <message>
        <source>Blues</source>
        <translation>蓝色</translation>
    </message>
    <message>
        <source>Viridis: yellow, green, violet</source>
        <translation>Viridis：黄、绿、紫</translation>
    </message>
    <message>
        <source>Cividis: yellow to blue</source>
        <translation>Cividis：黄到蓝</translation>
    </message>
    <message>
        <source>Magma: orange, red, violet</source>
        <translation>Magma：橙、红、紫</translation>
    </message>
    <message>
        <source>Greys</source>
        <translation>灰色</translation>
    </message>
    <message>
        <source>Violet and orange</source>
        <translation>紫与橙</translation>
    </message>
    <message>
        <source>Blue and red</source>
        <translation>蓝与红</translation>
    </message>
</context>
<context>
    <name>CompareFigure</name>
    <message>
        <source>no difference: %1</source>
        <translation>没有差值：%1</translation>
    </message>
    <message>
        <source>the two planes have axes of their own</source>
        <translation>两个平面各有自己的坐标轴</translation>
    </message>
    <message>
        <source>no difference here</source>
        <translation>此处没有差别</translation>
    </message>
    <message>
        <source>no difference but rounding, ±%1</source>
        <translation>除舍入误差（±%1）外没有差别</translation>
    </message>
    <message>
        <source>difference: after − before</source>
        <translation>差：改动后 − 改动前</translation>
    </message>
    <message>
        <source>difference, ±%1</source>
        <translation>差，±%1</translation>
    </message>
    <message>
        <source>before</source>
        <translation>改动前</translation>
    </message>
    <message>
        <source>after</source>
        <translation>改动后</translation>
    </message>
    <message>
        <source>%1, colours from %2 to %3</source>
        <translation>%1，颜色从 %2 到 %3</translation>
    </message>
    <message>
        <source>%1: before and after</source>
        <translation>%1：改动前后</translation>
    </message>
    <message>
        <source>%1; before %2, difference %3</source>
        <translation>%1；改动前 %2，差 %3</translation>
    </message>
    <message>
        <source>the model says</source>
        <translation>模型的回答</translation>
    </message>
    <message>
        <source>at “%1” the model says</source>
        <translation>在 “%1” 处模型的回答</translation>
    </message>
    <message>
        <source>no difference</source>
        <translation>没有差别</translation>
    </message>
    <message>
        <source>difference: right − left</source>
        <translation>差：右 − 左</translation>
    </message>
    <message>
        <source>difference of %1: right − left</source>
        <translation>%1之差：右 − 左</translation>
    </message>
    <message>
        <source>%1: %2 and %3</source>
        <translation>%1：%2 与 %3</translation>
    </message>
    <message>
        <source>%1; left %2, difference %3</source>
        <translation>%1；左 %2，差 %3</translation>
    </message>
    <message>
        <source>Difference</source>
        <translation>差</translation>
    </message>
</context>
<context>
    <name>DerivationView</name>
    <message>
        <source>largest of %1, at </source>
        <translation>%1 个中最大的，位于 </translation>
    </message>
    <message>
        <source>looks at</source>
        <translation>看</translation>
    </message>
    <message>
        <source>head %1</source>
        <translation>头 %1</translation>
    </message>
    <message>
        <source>entry %1</source>
        <translation>第 %1 项</translation>
    </message>
    <message>
        <source>row %1, column %2</source>
        <translation>第 %1 行，第 %2 列</translation>
    </message>
</context>
<context>
    <name>Errors</name>
    <message>
        <source>Not found. %1</source>
        <translation>没有找到。%1</translation>
    </message>
    <message>
        <source>This file can&apos;t be read. %1</source>
        <translation>无法读取这个文件。%1</translation>
    </message>
    <message>
        <source>Not supported. %1</source>
        <translation>不支持。%1</translation>
    </message>
    <message>
        <source>The shapes don&apos;t fit. %1</source>
        <translation>形状不符。%1</translation>
    </message>
    <message>
        <source>This input can&apos;t be used. %1</source>
        <translation>这个输入不能用。%1</translation>
    </message>
    <message>
        <source>This text is too long: it has %1 tokens, and the model reads at most %2.</source>
        <translation>文本太长：共 %1 个词元，而模型最多读 %2 个。</translation>
    </message>
    <message>
        <source>Too long. %1</source>
        <translation>太长。%1</translation>
    </message>
    <message>
        <source>Too large. %1</source>
        <translation>太大。%1</translation>
    </message>
    <message>
        <source>Cancelled; everything is as it was</source>
        <translation>已取消；一切照旧</translation>
    </message>
    <message>
        <source>Reading or writing failed. %1</source>
        <translation>读写失败。%1</translation>
    </message>
</context>
<context>
    <name>ExplainHtml</name>
    <message>
        <source>show the other %1</source>
        <translation>显示其余 %1 项</translation>
    </message>
    <message>
        <source>show only the largest</source>
        <translation>只显示最大的</translation>
    </message>
    <message>
        <source>sum</source>
        <translation>和</translation>
    </message>
    <message>
        <source>A what-if has put %1 here instead.</source>
        <translation>假设改动把这里换成了 %1。</translation>
    </message>
    <message>
        <source>stored in float32 as %1</source>
        <translation>以 float32 存储为 %1</translation>
    </message>
    <message>
        <source>Without it</source>
        <translation>如果没有它</translation>
    </message>
    <message>
        <source>so far</source>
        <translation>至此</translation>
    </message>
    <message>
        <source>without partial sums</source>
        <translation>不显示部分和</translation>
    </message>
    <message>
        <source>partial sums need a wider panel</source>
        <translation>面板再宽一些才放得下部分和</translation>
    </message>
    <message>
        <source>with partial sums</source>
        <translation>显示部分和</translation>
    </message>
    <message>
        <source>without float32&apos;s rounding it would be %1</source>
        <translation>若无 float32 舍入则为 %1</translation>
    </message>
</context>
<context>
    <name>FileDialogs</name>
    <message>
        <source>Open a model&apos;s folder</source>
        <translation>打开模型文件夹</translation>
    </message>
    <message>
        <source>Open a picture</source>
        <translation>打开图像</translation>
    </message>
    <message>
        <source>Pictures (*.png *.jpg *.jpeg *.bmp *.gif *.webp *.ppm *.pgm)</source>
        <translation>图像 (*.png *.jpg *.jpeg *.bmp *.gif *.webp *.ppm *.pgm)</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>所有文件 (*)</translation>
    </message>
    <message>
        <source>Open attention patterns</source>
        <translation>打开注意力模式</translation>
    </message>
    <message>
        <source>Arrays (*.npy *.npz *.safetensors)</source>
        <translation>数组 (*.npy *.npz *.safetensors)</translation>
    </message>
    <message>
        <source>Save as</source>
        <translation>另存为</translation>
    </message>
</context>
<context>
    <name>HeadGridFigure</name>
    <message>
        <source>Differences of the patterns of all layers and heads</source>
        <translation>所有层与头的注意力模式之差</translation>
    </message>
    <message>
        <source>%1; left %2, difference %3</source>
        <translation>%1；左 %2，差 %3</translation>
    </message>
    <message>
        <source>layer %1, head %2</source>
        <translation>第 %1 层，头 %2</translation>
    </message>
    <message>
        <source>Attention heads by %1</source>
        <translation>按%1排列的注意力头</translation>
    </message>
    <message>
        <source>Attention patterns of all layers and heads</source>
        <translation>所有层、所有头的注意力模式</translation>
    </message>
    <message>
        <source>one scale a layer</source>
        <translation>每层一个标尺</translation>
    </message>
    <message>
        <source>logarithmic</source>
        <translation>对数</translation>
    </message>
    <message>
        <source>by rank</source>
        <translation>按名次</translation>
    </message>
    <message>
        <source>from %1 to %2</source>
        <translation>从 %1 到 %2</translation>
    </message>
    <message>
        <source>the highest</source>
        <translation>最高值</translation>
    </message>
    <message>
        <source>green: NaN</source>
        <translation>绿：NaN</translation>
    </message>
    <message>
        <source>yellow: ∞</source>
        <translation>黄：∞</translation>
    </message>
    <message>
        <source>black: ∞</source>
        <translation>黑：∞</translation>
    </message>
    <message>
        <source>grey: masked</source>
        <translation>灰：被掩盖</translation>
    </message>
</context>
<context>
    <name>LinksFigure</name>
    <message>
        <source>head %1</source>
        <translation>头 %1</translation>
    </message>
    <message>
        <source>weight ≥ %1</source>
        <translation>权重 ≥ %1</translation>
    </message>
    <message>
        <source>query</source>
        <translation>查询</translation>
    </message>
    <message>
        <source>key</source>
        <translation>键</translation>
    </message>
    <message>
        <source>and %1 more</source>
        <translation>以及另外 %1 个</translation>
    </message>
    <message>
        <source>all heads</source>
        <translation>所有头</translation>
    </message>
    <message>
        <source>heads %1</source>
        <translation>头 %1</translation>
    </message>
    <message>
        <source>%1 · links · %2</source>
        <translation>%1 · 连线 · %2</translation>
    </message>
    <message>
        <source>%1 %2 (head %3)</source>
        <translation>%1 %2（头 %3）</translation>
    </message>
    <message>
        <source>%1 looks at %2</source>
        <translation>%1 看 %2</translation>
    </message>
    <message>
        <source>%1 is looked at by %2</source>
        <translation>%1 被 %2 看</translation>
    </message>
</context>
<context>
    <name>OverlayFigure</name>
    <message>
        <source>head %1</source>
        <translation>头 %1</translation>
    </message>
    <message>
        <source>rollout</source>
        <translation>展开（rollout）</translation>
    </message>
    <message>
        <source>to %1</source>
        <translation>至 %1</translation>
    </message>
    <message>
        <source>%1 looks</source>
        <translation>%1 在看</translation>
    </message>
    <message>
        <source>looks</source>
        <translation>在看</translation>
    </message>
    <message>
        <source>%1 · where %2 looks in the picture</source>
        <translation>%1 · %2 看图像的哪里</translation>
    </message>
    <message>
        <source>choose %1</source>
        <translation>选择 %1</translation>
    </message>
</context>
<context>
    <name>PositionEncodings</name>
    <message>
        <source>Learned positions</source>
        <translation>学习得到的位置编码</translation>
    </message>
    <message>
        <source>One learned vector for each position, added to the token&apos;s embedding.</source>
        <translation>每个位置一个学习得到的向量，加到词元的嵌入上。</translation>
    </message>
    <message>
        <source>Learned positions of this input</source>
        <translation>此输入用到的位置编码</translation>
    </message>
    <message>
        <source>The rows of the table that this input takes.</source>
        <translation>此输入从表中取出的各行。</translation>
    </message>
    <message>
        <source>Sinusoidal positions</source>
        <translation>正弦位置编码</translation>
    </message>
    <message>
        <source>Each pair of dimensions is a sine and a cosine of the position; the first turn fastest, the last hardly at all.</source>
        <translation>每两维是位置的一个正弦和一个余弦；最前面的转得最快，最后面的几乎不动。</translation>
    </message>
    <message>
        <source>Rotary positions</source>
        <translation>旋转位置编码（RoPE）</translation>
    </message>
    <message>
        <source>Nothing is added: each pair of dimensions of a query or key is turned by an angle that grows with its position, so scores feel only distances.</source>
        <translation>什么也不加：查询或键的每两维旋转一个随位置增大的角度，于是分数只感受到距离。</translation>
    </message>
    <message>
        <source>Linear biases (ALiBi)</source>
        <translation>线性偏置（ALiBi）</translation>
    </message>
    <message>
        <source>Each head adds its own slope times the key&apos;s position to the scores, so that far keys count less.</source>
        <translation>每个头把自己的斜率乘以键的位置，加到分数上，使远处的键权重更小。</translation>
    </message>
    <message>
        <source>Relative position biases, </source>
        <translation>相对位置偏置，</translation>
    </message>
    <message>
        <source>Each head adds a learned number to the scores, by how far the key stands from the query; far distances share one.</source>
        <translation>每个头按键与查询的距离给分数加上一个学习得到的数；较远的距离共用一个。</translation>
    </message>
</context>
<context>
    <name>Positions</name>
    <message>
        <source>query at %1, key at %2, offset %3</source>
        <translation>查询在 %1，键在 %2，偏移 %3</translation>
    </message>
    <message>
        <source>q·k = %1</source>
        <translation>q·k = %1</translation>
    </message>
    <message>
        <source>Hands of length 1 · %1 · %2</source>
        <translation>指针长度为 1 · %1 · %2</translation>
    </message>
    <message>
        <source>%1, head %2 · q of “%3”, k of “%4” · %5 · %6</source>
        <translation>%1，头 %2 · “%3” 的 q，“%4” 的 k · %5 · %6</translation>
    </message>
    <message>
        <source>query moves</source>
        <translation>查询移动</translation>
    </message>
    <message>
        <source>both move</source>
        <translation>两者一起移动</translation>
    </message>
    <message>
        <source>offset, or how far both move</source>
        <translation>偏移，或两者移动多远</translation>
    </message>
    <message>
        <source>%1: rotating pairs</source>
        <translation>%1：旋转的维度对</translation>
    </message>
    <message>
        <source>pair %1: %2° a position, the same again after %3; query at %4°, key at %5°; adds %6</source>
        <translation>第 %1 对：每个位置转 %2°，%3 之后重复；查询在 %4°，键在 %5°；加上 %6</translation>
    </message>
    <message>
        <source>Learned positions</source>
        <translation>学习得到的位置编码</translation>
    </message>
    <message>
        <source>Learned positions of this input</source>
        <translation>此输入用到的位置编码</translation>
    </message>
    <message>
        <source>Sinusoidal positions</source>
        <translation>正弦位置编码</translation>
    </message>
    <message>
        <source>Rotary positions</source>
        <translation>旋转位置编码（RoPE）</translation>
    </message>
    <message>
        <source>Linear biases (ALiBi)</source>
        <translation>线性偏置（ALiBi）</translation>
    </message>
    <message>
        <source>Buckets of distances (T5)</source>
        <translation>距离分桶（T5）</translation>
    </message>
    <message>
        <source>Relative position biases</source>
        <translation>相对位置偏置</translation>
    </message>
    <message>
        <source>Sinusoids of the distance</source>
        <translation>距离的正弦编码</translation>
    </message>
    <message>
        <source>One learned vector for each position, added to the token&apos;s embedding.</source>
        <translation>每个位置一个学习得到的向量，加到词元的嵌入上。</translation>
    </message>
    <message>
        <source>The rows of the table that this input takes.</source>
        <translation>此输入从表中取出的各行。</translation>
    </message>
    <message>
        <source>Each pair of dimensions is a sine and a cosine of the position; the first turn fastest, the last hardly at all.</source>
        <translation>每两维是位置的一个正弦和一个余弦；最前面的转得最快，最后面的几乎不动。</translation>
    </message>
    <message>
        <source>Nothing is added: each pair of dimensions of a query or key is turned by an angle that grows with its position, so scores feel only distances.</source>
        <translation>什么也不加：查询或键的每两维旋转一个随位置增大的角度，于是分数只感受到距离。</translation>
    </message>
    <message>
        <source>Each head adds its own slope times the key&apos;s position to the scores, so that far keys count less.</source>
        <translation>每个头把自己的斜率乘以键的位置，加到分数上，使远处的键权重更小。</translation>
    </message>
    <message>
        <source>Each head takes its own slope times the distance off its scores, so that far keys count less.</source>
        <translation>每个头从分数中减去自己的斜率乘以距离，使远处的键权重更小。</translation>
    </message>
    <message>
        <source>Near distances have a bucket each, far ones share: each bucket has a learned bias.</source>
        <translation>近的距离各有一个桶，远的共用：每个桶有一个学习得到的偏置。</translation>
    </message>
    <message>
        <source>Each head adds a learned number to the scores, by how far the key stands from the query; far distances share one.</source>
        <translation>每个头按键与查询的距离给分数加上一个学习得到的数；较远的距离共用一个。</translation>
    </message>
    <message>
        <source>Sines and cosines of how far a key is behind the query; each head looks for them with its query and with a learned vector v.</source>
        <translation>键在查询之后多远的正弦和余弦；每个头用自己的查询和一个学习得到的向量 v 去找它们。</translation>
    </message>
    <message>
        <source>%1: not in this run</source>
        <translation>%1：此次运行中没有</translation>
    </message>
    <message>
        <source>%1, %2</source>
        <translation>%1，%2</translation>
    </message>
    <message>
        <source>%1 What if: %2.</source>
        <translation>%1 假设：%2。</translation>
    </message>
    <message>
        <source>No positions</source>
        <translation>没有位置编码</translation>
    </message>
    <message>
        <source>This run adds nothing that says where a token stands. Without a mask it would read its input as a bag of tokens in no order; with a causal mask it can at most feel how many tokens came before.</source>
        <translation>这次运行没有加入任何表示词元位置的东西。没有掩码时，它读到的只是一袋没有次序的词元；有因果掩码时，它最多能感觉到前面有多少个词元。</translation>
    </message>
    <message>
        <source>values and curves</source>
        <translation>数值与曲线</translation>
    </message>
    <message>
        <source>similarity</source>
        <translation>相似度</translation>
    </message>
    <message>
        <source>bias by distance</source>
        <translation>随距离的偏置</translation>
    </message>
    <message>
        <source>buckets</source>
        <translation>桶</translation>
    </message>
    <message>
        <source>rotating pairs</source>
        <translation>旋转的维度对</translation>
    </message>
    <message>
        <source>attention row</source>
        <translation>一行注意力</translation>
    </message>
    <message>
        <source>heads changed</source>
        <translation>改变的头</translation>
    </message>
    <message>
        <source>changed</source>
        <translation>改变后</translation>
    </message>
    <message>
        <source>without positions</source>
        <translation>无位置编码</translation>
    </message>
    <message>
        <source>score = content + bias by position</source>
        <translation>分数 = 内容 + 位置偏置</translation>
    </message>
    <message>
        <source>score = q·k unturned + what turning changes</source>
        <translation>分数 = 未旋转的 q·k + 旋转带来的改变</translation>
    </message>
    <message>
        <source>score = (q+u)·k + (q+v)·r</source>
        <translation>分数 = (q+u)·k + (q+v)·r</translation>
    </message>
    <message>
        <source>Two real runs: behind norms no part of a score is the positions&apos; alone.</source>
        <translation>两次真实的运行：归一化之后，分数中没有哪一部分只属于位置。</translation>
    </message>
    <message>
        <source>own positions</source>
        <translation>自己的位置编码</translation>
    </message>
    <message>
        <source>%1, head %2: “%3” looks at</source>
        <translation>%1，头 %2：“%3” 看</translation>
    </message>
    <message>
        <source>content</source>
        <translation>内容</translation>
    </message>
    <message>
        <source>positions</source>
        <translation>位置</translation>
    </message>
    <message>
        <source>What positions do to one row of attention</source>
        <translation>位置对一行注意力的作用</translation>
    </message>
    <message>
        <source>%1, head %2, query “%3” · %4</source>
        <translation>%1，头 %2，查询 “%3” · %4</translation>
    </message>
    <message>
        <source>→ %1: %2 with its own positions, %3 %4</source>
        <translation>→ %1：用自己的位置编码为 %2，%3 %4</translation>
    </message>
    <message>
        <source>; score %1 = content %2 + positions %3</source>
        <translation>；分数 %1 = 内容 %2 + 位置 %3</translation>
    </message>
    <message>
        <source> (q·k %1, q·r %2, u·k %3, v·r %4)</source>
        <translation>（q·k %1，q·r %2，u·k %3，v·r %4）</translation>
    </message>
    <message>
        <source>How far other positions change each head&apos;s pattern</source>
        <translation>换用别的位置编码时各头的模式改变多少</translation>
    </message>
    <message>
        <source>How far each head&apos;s pattern needs positions</source>
        <translation>各头的模式在多大程度上需要位置</translation>
    </message>
    <message>
        <source>mean Jensen–Shannon divergence over the queries, in bits: 0 the same, 1 nothing in common</source>
        <translation>各查询的 Jensen–Shannon 散度的平均值，以比特计：0 为相同，1 为毫无共同之处</translation>
    </message>
    <message>
        <source>layer</source>
        <translation>层</translation>
    </message>
    <message>
        <source>head</source>
        <translation>头</translation>
    </message>
    <message>
        <source>%1, head %2: Jensen–Shannon %3 bits, largest change of a weight %4</source>
        <translation>%1，头 %2：Jensen–Shannon %3 比特，权重的最大改变 %4</translation>
    </message>
    <message>
        <source>%1: how alike two positions are</source>
        <translation>%1：两个位置有多相似</translation>
    </message>
    <message>
        <source>Dot products of the positions&apos; vectors, and their mean by the offset between two positions, with one standard deviation to each side.</source>
        <translation>各位置向量的点积，以及按两个位置的偏移取的平均值，上下各一个标准差。</translation>
    </message>
    <message>
        <source>Cosines between the positions&apos; vectors, and their mean by the offset between two positions, with one standard deviation to each side.</source>
        <translation>各位置向量的余弦，以及按两个位置的偏移取的平均值，上下各一个标准差。</translation>
    </message>
    <message>
        <source>mean over all pairs this far apart</source>
        <translation>相距这么远的所有位置对的平均值</translation>
    </message>
    <message>
        <source>offset</source>
        <translation>偏移</translation>
    </message>
    <message>
        <source>%1: what it adds by distance</source>
        <translation>%1：按距离加上多少</translation>
    </message>
    <message>
        <source>Bias = −slope · distance. Slopes of the heads: %1.</source>
        <translation>偏置 = −斜率 · 距离。各头的斜率：%1。</translation>
    </message>
    <message>
        <source>v · r of each head: what a distance is worth whatever the query is (term d of Dai et al. 2019), divided like the scores.</source>
        <translation>每个头的 v · r：无论查询是什么，一个距离值多少（Dai 等 2019 的 d 项），与分数一样缩放。</translation>
    </message>
    <message>
        <source>The learned bias of each head for keys that stand so far behind the query.</source>
        <translation>各头对位于查询之后这么远的键的学习得到的偏置。</translation>
    </message>
    <message>
        <source>%1: buckets</source>
        <translation>%1：桶</translation>
    </message>
    <message>
        <source>The learned bias of each bucket and head, and which bucket each distance is in, of keys before and after the query.</source>
        <translation>每个桶、每个头的学习得到的偏置，以及查询前后的键的每个距离落在哪个桶里。</translation>
    </message>
    <message>
        <source>keys before the query</source>
        <translation>查询之前的键</translation>
    </message>
    <message>
        <source>keys after it</source>
        <translation>查询之后的键</translation>
    </message>
    <message>
        <source>distance</source>
        <translation>距离</translation>
    </message>
    <message>
        <source>click a row for its curve</source>
        <translation>单击一行看它的曲线</translation>
    </message>
    <message>
        <source>%1 and %2, offset %3: %4</source>
        <translation>%1 与 %2，偏移 %3：%4</translation>
    </message>
</context>
<context>
    <name>PositionsFigure</name>
    <message>
        <source>This model adds nothing that says where a token stands. Without a mask it would read its input as a bag of tokens in no order; with a causal mask it can at most feel how many tokens came before.</source>
        <translation>这个模型没有加入任何表示词元位置的东西。没有掩码时，它读到的只是一袋没有次序的词元；有因果掩码时，它最多能感觉到前面有多少个词元。</translation>
    </message>
    <message>
        <source>No positions</source>
        <translation>没有位置编码</translation>
    </message>
</context>
<context>
    <name>QObject</name>
    <message>
        <source>No bundled model was found in %1; open a model&apos;s folder with Ctrl+O</source>
        <translation>在 %1 中没有找到自带模型；请用 Ctrl+O 打开一个模型文件夹</translation>
    </message>
</context>
<context>
    <name>QueryKeyFigure</name>
    <message>
        <source>share of Σ|q·k|</source>
        <translation>占 Σ|q·k| 的份额</translation>
    </message>
    <message>
        <source>each</source>
        <translation>逐项</translation>
    </message>
    <message>
        <source>Σ q·k = %1</source>
        <translation>Σ q·k = %1</translation>
    </message>
    <message>
        <source>stored %1</source>
        <translation>存储值 %1</translation>
    </message>
    <message>
        <source>stored %1, with the terms that the model adds</source>
        <translation>存储值 %1，含模型另加的各项</translation>
    </message>
    <message>
        <source>key head %1</source>
        <translation>键头 %1</translation>
    </message>
    <message>
        <source>d%1: %2</source>
        <translation>d%1：%2</translation>
    </message>
    <message>
        <source>%1 · head %2 · query %3, key %4</source>
        <translation>%1 · 头 %2 · 查询 %3，键 %4</translation>
    </message>
</context>
<context>
    <name>ScatterFigure</name>
    <message>
        <source>queries</source>
        <translation>查询</translation>
    </message>
    <message>
        <source>keys</source>
        <translation>键</translation>
    </message>
    <message>
        <source>component %1: %2 %</source>
        <translation>主成分 %1：%2 %</translation>
    </message>
    <message>
        <source>%1 · head %2 · queries and keys in one plane</source>
        <translation>%1 · 头 %2 · 同一平面上的查询和键</translation>
    </message>
    <message>
        <source>query %1: %2, %3</source>
        <translation>查询 %1：%2, %3</translation>
    </message>
    <message>
        <source>key %1: %2, %3</source>
        <translation>键 %1：%2, %3</translation>
    </message>
</context>
<context>
    <name>StepWords</name>
    <message>
        <source>finished</source>
        <translation>已完成</translation>
    </message>
    <message>
        <source>nothing is computed yet</source>
        <translation>还什么都没算</translation>
    </message>
    <message>
        <source>row %1 of %2</source>
        <translation>第 %1 行，共 %2 行</translation>
    </message>
    <message>
        <source>set by a what-if: %1</source>
        <translation>由假设设定：%1</translation>
    </message>
    <message>
        <source>%1largest of the first %2: %3</source>
        <translation>%1前 %2 个中最大的：%3</translation>
    </message>
    <message>
        <source>%1first of two parts: %2</source>
        <translation>%1两部分中的第一部分：%2</translation>
    </message>
    <message>
        <source>%1 so far %2 (terms %3 to %4 of %5)</source>
        <translation>%1 至此 %2（%5 项中的第 %3 到 %4 项）</translation>
    </message>
</context>
<context>
    <name>WhatIfWords</name>
    <message>
        <source>All layers</source>
        <translation>所有层</translation>
    </message>
    <message>
        <source>no mask</source>
        <translation>无掩码</translation>
    </message>
    <message>
        <source>causal mask</source>
        <translation>因果掩码</translation>
    </message>
    <message>
        <source>window of %1</source>
        <translation>宽 %1 的窗口</translation>
    </message>
    <message>
        <source>sparse, strided by %1</source>
        <translation>稀疏，步长 %1</translation>
    </message>
    <message>
        <source>sparse, fixed blocks of %1</source>
        <translation>稀疏，固定块长 %1</translation>
    </message>
    <message>
        <source>dense and banded (%1) in turn</source>
        <translation>稠密与带状（%1）交替</translation>
    </message>
    <message>
        <source>no 1/√d</source>
        <translation>不乘 1/√d</translation>
    </message>
    <message>
        <source>temperature %1</source>
        <translation>温度 %1</translation>
    </message>
    <message>
        <source>uniform pattern</source>
        <translation>均匀模式</translation>
    </message>
    <message>
        <source>identity pattern</source>
        <translation>只看自己</translation>
    </message>
    <message>
        <source>no positions</source>
        <translation>无位置编码</translation>
    </message>
    <message>
        <source>all parts off</source>
        <translation>所有部分关闭</translation>
    </message>
    <message>
        <source>MLP off</source>
        <translation>MLP 关闭</translation>
    </message>
    <message>
        <source>attention off</source>
        <translation>注意力关闭</translation>
    </message>
    <message>
        <source>head %1 off</source>
        <translation>头 %1 关闭</translation>
    </message>
    <message>
        <source>head %1 averaged</source>
        <translation>头 %1 取均值</translation>
    </message>
    <message>
        <source>head %1 on</source>
        <translation>头 %1 打开</translation>
    </message>
    <message>
        <source>%1 taken back</source>
        <translation>撤回：%1</translation>
    </message>
    <message>
        <source>1 cell edited</source>
        <translation>改了 1 个单元格</translation>
    </message>
    <message>
        <source>%1 cells edited</source>
        <translation>改了 %1 个单元格</translation>
    </message>
    <message>
        <source>%1, %2 and %3 more</source>
        <translation>%1、%2 和另外 %3 处</translation>
    </message>
    <message>
        <source>sinusoidal positions</source>
        <translation>正弦位置编码</translation>
    </message>
    <message>
        <source>rotary positions</source>
        <translation>旋转位置编码</translation>
    </message>
    <message>
        <source>ALiBi</source>
        <translation>ALiBi</translation>
    </message>
    <message>
        <source>positions reversed</source>
        <translation>位置倒序</translation>
    </message>
    <message>
        <source>positions shuffled (seed %1)</source>
        <translation>位置打乱（种子 %1）</translation>
    </message>
    <message>
        <source>positions shifted by %1</source>
        <translation>位置平移 %1</translation>
    </message>
</context>
<context>
    <name>headlight::AcrossPanel</name>
    <message>
        <source>What to follow across the layers</source>
        <translation>跨层追踪什么</translation>
    </message>
    <message>
        <source>Across layers</source>
        <translation>跨层</translation>
    </message>
    <message>
        <source>Progress of the analysis</source>
        <translation>分析的进度</translation>
    </message>
    <message>
        <source>&amp;Cancel</source>
        <translation>取消(&amp;C)</translation>
    </message>
    <message>
        <source>&amp;Compute</source>
        <translation>计算(&amp;C)</translation>
    </message>
    <message>
        <source>Cancelled</source>
        <translation>已取消</translation>
    </message>
    <message>
        <source>Computing …</source>
        <translation>正在计算……</translation>
    </message>
</context>
<context>
    <name>headlight::CandidateList</name>
    <message>
        <source>Likeliest answers</source>
        <translation>最可能的答案</translation>
    </message>
    <message>
        <source>logit %1</source>
        <translation>logit %1</translation>
    </message>
</context>
<context>
    <name>headlight::CellEditor</name>
    <message>
        <source>New numbers for the row, or one for all of it</source>
        <translation>此行的新数值，或整行同一个数</translation>
    </message>
    <message>
        <source>New number</source>
        <translation>新数值</translation>
    </message>
    <message>
        <source>Numbers with commas between them, or one for the whole row. Return takes them, Escape leaves them.</source>
        <translation>用逗号隔开的数，或整行同一个数。回车确认，Esc 放弃。</translation>
    </message>
    <message>
        <source>A number, inf or -inf. Return takes it, Escape leaves it.</source>
        <translation>一个数、inf 或 -inf。回车确认，Esc 放弃。</translation>
    </message>
</context>
<context>
    <name>headlight::ColorBarHandles</name>
    <message>
        <source>Limits of the colours</source>
        <translation>颜色的上下限</translation>
    </message>
    <message>
        <source>Drag the ends to set the limits; double click for automatic ones</source>
        <translation>拖动两端设定上下限；双击恢复自动</translation>
    </message>
    <message>
        <source>%1 limit; colours from %2 to %3</source>
        <translation>%1；颜色从 %2 到 %3</translation>
    </message>
    <message>
        <source>upper</source>
        <translation>上限</translation>
    </message>
    <message>
        <source>lower</source>
        <translation>下限</translation>
    </message>
</context>
<context>
    <name>headlight::ColorMenu</name>
    <message>
        <source>Colours</source>
        <translation>颜色</translation>
    </message>
    <message>
        <source>&amp;Colours of this view…</source>
        <translation>此视图的颜色(&amp;C)…</translation>
    </message>
    <message>
        <source>&amp;Linear</source>
        <translation>线性(&amp;L)</translation>
    </message>
    <message>
        <source>Lo&amp;garithmic</source>
        <translation>对数(&amp;G)</translation>
    </message>
    <message>
        <source>By &amp;rank</source>
        <translation>按名次(&amp;R)</translation>
    </message>
    <message>
        <source>A scale for &amp;each</source>
        <translation>各用各的标尺(&amp;E)</translation>
    </message>
    <message>
        <source>One scale for all heads of a la&amp;yer</source>
        <translation>一层所有头同一标尺(&amp;Y)</translation>
    </message>
    <message>
        <source>One scale for &amp;all that is shown</source>
        <translation>所有显示的同一标尺(&amp;A)</translation>
    </message>
    <message>
        <source>&amp;Show the first token</source>
        <translation>显示首词元(&amp;S)</translation>
    </message>
    <message>
        <source>&amp;Hide the first token</source>
        <translation>隐藏首词元(&amp;H)</translation>
    </message>
    <message>
        <source>Hide it and let the rest sum &amp;to 1</source>
        <translation>隐藏首词元，其余之和为 1(&amp;T)</translation>
    </message>
    <message>
        <source>Rese&amp;t the colours of this view</source>
        <translation>复原此视图的颜色(&amp;V)</translation>
    </message>
    <message>
        <source>&amp;Palettes</source>
        <translation>调色板(&amp;P)</translation>
    </message>
    <message>
        <source>Signed numbers</source>
        <translation>有正负的数</translation>
    </message>
    <message>
        <source>Numbers from 0 up</source>
        <translation>从 0 起的数</translation>
    </message>
</context>
<context>
    <name>headlight::ColorPopover</name>
    <message>
        <source>Automatic</source>
        <translation>自动</translation>
    </message>
    <message>
        <source>Reset</source>
        <translation>复原</translation>
    </message>
    <message>
        <source>Colours of this view</source>
        <translation>此视图的颜色</translation>
    </message>
    <message>
        <source>Scale</source>
        <translation>标尺</translation>
    </message>
    <message>
        <source>What has one scale</source>
        <translation>什么共用一个标尺</translation>
    </message>
    <message>
        <source>The first token of a pattern</source>
        <translation>模式的首词元</translation>
    </message>
    <message>
        <source>Colours of numbers from 0 up</source>
        <translation>从 0 起的数的颜色</translation>
    </message>
    <message>
        <source>Colours of signed numbers</source>
        <translation>有正负的数的颜色</translation>
    </message>
    <message>
        <source>Lower limit</source>
        <translation>下限</translation>
    </message>
    <message>
        <source>Upper limit</source>
        <translation>上限</translation>
    </message>
    <message>
        <source>Automatic limits</source>
        <translation>自动的上下限</translation>
    </message>
    <message>
        <source>Reset the colours of this view</source>
        <translation>复原此视图的颜色</translation>
    </message>
    <message>
        <source>linear</source>
        <translation>线性</translation>
    </message>
    <message>
        <source>logarithmic</source>
        <translation>对数</translation>
    </message>
    <message>
        <source>by rank</source>
        <translation>按名次</translation>
    </message>
    <message>
        <source>each by itself</source>
        <translation>各用各的</translation>
    </message>
    <message>
        <source>all heads of a layer</source>
        <translation>一层的所有头</translation>
    </message>
    <message>
        <source>everything that is shown</source>
        <translation>所有显示的</translation>
    </message>
    <message>
        <source>shown</source>
        <translation>显示</translation>
    </message>
    <message>
        <source>hidden</source>
        <translation>隐藏</translation>
    </message>
    <message>
        <source>hidden, the rest sums to 1</source>
        <translation>隐藏，其余之和为 1</translation>
    </message>
    <message>
        <source>Many heads rest on the first token, and its column outshines what else they do</source>
        <translation>许多头停在首词元上，它那一列盖过了它们所做的其他事</translation>
    </message>
    <message>
        <source>to</source>
        <translation>到</translation>
    </message>
    <message>
        <source>&amp;Scale</source>
        <translation>标尺(&amp;S)</translation>
    </message>
    <message>
        <source>&amp;One scale for</source>
        <translation>共用标尺(&amp;O)</translation>
    </message>
    <message>
        <source>&amp;Limits</source>
        <translation>上下限(&amp;L)</translation>
    </message>
    <message>
        <source>First &amp;token</source>
        <translation>首词元(&amp;T)</translation>
    </message>
    <message>
        <source>From &amp;0 up</source>
        <translation>从 0 起(&amp;0)</translation>
    </message>
    <message>
        <source>Si&amp;gned</source>
        <translation>有正负(&amp;G)</translation>
    </message>
    <message>
        <source>Palettes hold for all views. Limits can also be dragged on the colour bar.</source>
        <translation>调色板对所有视图有效。上下限也可以在颜色条上拖动。</translation>
    </message>
    <message>
        <source>lowest</source>
        <translation>最低</translation>
    </message>
    <message>
        <source>highest</source>
        <translation>最高</translation>
    </message>
    <message>
        <source>expected a number, found “%1”</source>
        <translation>应为一个数，实际为 “%1”</translation>
    </message>
    <message>
        <source>the lower limit must be below the upper one</source>
        <translation>下限必须小于上限</translation>
    </message>
</context>
<context>
    <name>headlight::ComparePanel</name>
    <message>
        <source>Choose a model…</source>
        <translation>选择模型…</translation>
    </message>
    <message>
        <source>query · key</source>
        <translation>查询 · 键</translation>
    </message>
    <message>
        <source>queries and keys in a plane</source>
        <translation>平面上的查询与键</translation>
    </message>
    <message>
        <source>contribution of tokens</source>
        <translation>各词元的贡献</translation>
    </message>
    <message>
        <source>attention flow</source>
        <translation>注意力流（flow）</translation>
    </message>
    <message>
        <source>position encodings</source>
        <translation>位置编码</translation>
    </message>
    <message>
        <source>over the picture</source>
        <translation>叠加在图像上</translation>
    </message>
    <message>
        <source>Before and after the change</source>
        <translation>改动前后</translation>
    </message>
    <message>
        <source>Nothing is changed yet. Set a switch under “What if…” above, or type a number into a cell (F2): then both runs stand here side by side.</source>
        <translation>还没有改动。请在上方 “如果……” 中拨动一个开关，或在单元格中键入一个数（F2）：两次运行就会在这里并排显示。</translation>
    </message>
    <message>
        <source>at “%1” the model says</source>
        <translation>在 “%1” 处模型的回答</translation>
    </message>
    <message>
        <source>the model says</source>
        <translation>模型的回答</translation>
    </message>
    <message>
        <source>What to compare with</source>
        <translation>与什么比较</translation>
    </message>
    <message>
        <source>with the unchanged run</source>
        <translation>与未改动的运行</translation>
    </message>
    <message>
        <source>with another text</source>
        <translation>与另一段文本</translation>
    </message>
    <message>
        <source>with another model</source>
        <translation>与另一个模型</translation>
    </message>
    <message>
        <source>View that is compared</source>
        <translation>比较哪个视图</translation>
    </message>
    <message>
        <source>this step</source>
        <translation>此步骤</translation>
    </message>
    <message>
        <source>the head&apos;s pattern</source>
        <translation>此头的模式</translation>
    </message>
    <message>
        <source>all heads</source>
        <translation>所有头</translation>
    </message>
    <message>
        <source>links</source>
        <translation>连线</translation>
    </message>
    <message>
        <source>logit lens</source>
        <translation>logit 透镜</translation>
    </message>
    <message>
        <source>direct logit attribution</source>
        <translation>直接 logit 归因</translation>
    </message>
    <message>
        <source>residual norms</source>
        <translation>残差范数</translation>
    </message>
    <message>
        <source>rollout</source>
        <translation>展开（rollout）</translation>
    </message>
    <message>
        <source>The other model</source>
        <translation>另一个模型</translation>
    </message>
    <message>
        <source>The other picture</source>
        <translation>另一张图像</translation>
    </message>
    <message>
        <source>The other text</source>
        <translation>另一段文本</translation>
    </message>
    <message>
        <source>Type the other text</source>
        <translation>键入另一段文本</translation>
    </message>
    <message>
        <source>Heads, the most changed ones first</source>
        <translation>各头，改变最大的在前</translation>
    </message>
    <message>
        <source>Head</source>
        <translation>头</translation>
    </message>
    <message>
        <source>JS</source>
        <translation>JS</translation>
    </message>
    <message>
        <source>1 − cos</source>
        <translation>1 − cos</translation>
    </message>
    <message>
        <source>Jensen–Shannon divergence of the two patterns in bits, mean over queries: 0 same, 1 nothing in common (Lin 1991)</source>
        <translation>两个模式的 Jensen–Shannon 散度，以比特计，对各查询取平均：0 为相同，1 为毫无共同之处（Lin 1991）</translation>
    </message>
    <message>
        <source>1 − cosine of the two patterns, mean over queries</source>
        <translation>1 − 两个模式的余弦，对各查询取平均</translation>
    </message>
    <message>
        <source>Both runs side by side, and their difference</source>
        <translation>两次运行并排，以及它们的差</translation>
    </message>
    <message>
        <source>Open a folder…</source>
        <translation>打开文件夹…</translation>
    </message>
    <message>
        <source>with another picture</source>
        <translation>与另一张图像</translation>
    </message>
    <message>
        <source>the other</source>
        <translation>另一个</translation>
    </message>
    <message>
        <source>this run</source>
        <translation>此次运行</translation>
    </message>
    <message>
        <source>%1 × %2 heads there, %3 × %4 here: what both have is compared</source>
        <translation>那边 %1 × %2 个头，这边 %3 × %4 个：比较两边都有的</translation>
    </message>
    <message>
        <source>what-ifs on the right only</source>
        <translation>假设只在右边</translation>
    </message>
    <message>
        <source>%1 tokens are the same</source>
        <translation>%1 个词元相同</translation>
    </message>
    <message>
        <source>%1 replaced (≠)</source>
        <translation>%1 个被替换（≠）</translation>
    </message>
    <message>
        <source>%1 only left (−)</source>
        <translation>%1 个只在左边（−）</translation>
    </message>
    <message>
        <source>%1 only right (+)</source>
        <translation>%1 个只在右边（+）</translation>
    </message>
    <message>
        <source>computing…</source>
        <translation>正在计算……</translation>
    </message>
    <message>
        <source>Nothing is changed yet. Set a switch under “What if…” above, or type a number into a cell (F2): then both runs stand here side by side. Or compare with another text or model.</source>
        <translation>还没有改动。请在上方 “如果……” 中拨动一个开关，或在单元格中键入一个数（F2）：两次运行就会在这里并排显示。或者与另一段文本或另一个模型比较。</translation>
    </message>
    <message>
        <source>There is nothing to compare with yet.</source>
        <translation>还没有可比较的。</translation>
    </message>
    <message>
        <source>before</source>
        <translation>改动前</translation>
    </message>
    <message>
        <source>after</source>
        <translation>改动后</translation>
    </message>
    <message>
        <source>cross </source>
        <translation>交叉 </translation>
    </message>
    <message>
        <source>%1, head %2</source>
        <translation>%1，头 %2</translation>
    </message>
    <message>
        <source>the unchanged run</source>
        <translation>未改动的运行</translation>
    </message>
    <message>
        <source>another text</source>
        <translation>另一段文本</translation>
    </message>
    <message>
        <source>another model</source>
        <translation>另一个模型</translation>
    </message>
    <message>
        <source>Compare with</source>
        <translation>比较对象</translation>
    </message>
    <message>
        <source>another picture</source>
        <translation>另一张图像</translation>
    </message>
    <message>
        <source>Choose the other model in the list beside, or open its folder there.</source>
        <translation>请在旁边的列表中选择另一个模型，或在那里打开它的文件夹。</translation>
    </message>
    <message>
        <source>Write the other text in the field beside.</source>
        <translation>请在旁边的输入框中写另一段文字。</translation>
    </message>
</context>
<context>
    <name>headlight::ExplainPanel</name>
    <message>
        <source>EXPLAIN</source>
        <translation>讲解</translation>
    </message>
    <message>
        <source>Explanation of this step and arithmetic of the selected cell</source>
        <translation>此步骤的讲解与所选单元格的算式</translation>
    </message>
    <message>
        <source>%1
Click to go to the step that made it</source>
        <translation>%1
单击前往算出它的步骤</translation>
    </message>
    <message>
        <source>What to look at in this example</source>
        <translation>此示例中看什么</translation>
    </message>
    <message>
        <source>What if…</source>
        <translation>如果……</translation>
    </message>
    <message>
        <source>%1, head %2 back on</source>
        <translation>%1，重新打开头 %2</translation>
    </message>
    <message>
        <source>%1, head %2 off</source>
        <translation>%1，关闭头 %2</translation>
    </message>
    <message>
        <source>Digits behind the point</source>
        <translation>小数位数</translation>
    </message>
    <message>
        <source>Digits behind the point; results have one more</source>
        <translation>小数位数；结果多一位</translation>
    </message>
    <message>
        <source> digits</source>
        <translation> 位小数</translation>
    </message>
    <message>
        <source>%1
Click to see what it is</source>
        <translation>%1
单击看它是什么</translation>
    </message>
    <message>
        <source>Click to go to the step that made it</source>
        <translation>单击前往算出它的步骤</translation>
    </message>
    <message>
        <source>Click to see what it is</source>
        <translation>单击看它是什么</translation>
    </message>
    <message>
        <source>Made by %1</source>
        <translation>由 %1 算出</translation>
    </message>
    <message>
        <source>A learned number: it stands in the model&apos;s file, in %1, and no step makes it.</source>
        <translation>一个学习得到的数：它在模型文件的 %1 中，不由任何步骤算出。</translation>
    </message>
    <message>
        <source>It comes from outside: %1.</source>
        <translation>它来自外部：%1。</translation>
    </message>
</context>
<context>
    <name>headlight::ExportDialog</name>
    <message>
        <source>Title and hook name</source>
        <translation>标题和 hook 名称</translation>
    </message>
    <message>
        <source>Mark the selected cell</source>
        <translation>标出所选单元格</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>导出</translation>
    </message>
    <message>
        <source>View</source>
        <translation>视图</translation>
    </message>
    <message>
        <source>Format</source>
        <translation>格式</translation>
    </message>
    <message>
        <source>Dots an inch</source>
        <translation>每英寸点数</translation>
    </message>
    <message>
        <source>File</source>
        <translation>文件</translation>
    </message>
    <message>
        <source>Preview</source>
        <translation>预览</translation>
    </message>
    <message>
        <source>Browse…</source>
        <translation>浏览…</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>保存</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>There is nothing in this view</source>
        <translation>这个视图里什么也没有</translation>
    </message>
    <message>
        <source>%1 × %2 pixels</source>
        <translation>%1 × %2 像素</translation>
    </message>
    <message>
        <source>%1 × %2 mm</source>
        <translation>%1 × %2 毫米</translation>
    </message>
    <message>
        <source>PNG picture</source>
        <translation>PNG 图像</translation>
    </message>
    <message>
        <source>SVG drawing</source>
        <translation>SVG 矢量图</translation>
    </message>
    <message>
        <source>PDF page</source>
        <translation>PDF 页面</translation>
    </message>
    <message>
        <source>CSV, the numbers</source>
        <translation>CSV（数值）</translation>
    </message>
    <message>
        <source>NumPy array</source>
        <translation>NumPy 数组</translation>
    </message>
</context>
<context>
    <name>headlight::FigureColors</name>
    <message>
        <source>Colours: scale, limits, palette</source>
        <translation>颜色：标尺、上下限、调色板</translation>
    </message>
    <message>
        <source>Colours of this view</source>
        <translation>此视图的颜色</translation>
    </message>
</context>
<context>
    <name>headlight::FormulaView</name>
    <message>
        <source>Formula: %1</source>
        <translation>公式：%1</translation>
    </message>
</context>
<context>
    <name>headlight::HeadFacts</name>
    <message>
        <source>What this head does, in numbers</source>
        <translation>用数值说明这个头做什么</translation>
    </message>
</context>
<context>
    <name>headlight::HeadSelector</name>
    <message>
        <source>switched off</source>
        <translation>已关闭</translation>
    </message>
</context>
<context>
    <name>headlight::HeadTableModel</name>
    <message>
        <source>no number is clear enough for a name</source>
        <translation>没有哪个数值明确到可以命名</translation>
    </message>
    <message>
        <source>%1 (%2)</source>
        <translation>%1（%2）</translation>
    </message>
    <message>
        <source>Layer</source>
        <translation>层</translation>
    </message>
    <message>
        <source>Head</source>
        <translation>头</translation>
    </message>
    <message>
        <source>What it does</source>
        <translation>它做什么</translation>
    </message>
    <message>
        <source>Not here: %1</source>
        <translation>此处没有：%1</translation>
    </message>
</context>
<context>
    <name>headlight::HeadTablePanel</name>
    <message>
        <source>Compute &amp;all</source>
        <translation>全部计算(&amp;A)</translation>
    </message>
    <message>
        <source>&amp;Save as CSV …</source>
        <translation>另存为 CSV(&amp;S)…</translation>
    </message>
    <message>
        <source>All heads with their numbers</source>
        <translation>所有头及其数值</translation>
    </message>
    <message>
        <source>Also those that need the weights and further runs: OV and QK circuits, norm-weighted attention, induction on random tokens, importance by ablation</source>
        <translation>连同需要权重和额外运行的：OV 与 QK 回路、范数加权注意力、随机词元上的归纳、消融得到的重要性</translation>
    </message>
    <message>
        <source>Progress of the metrics</source>
        <translation>指标计算进度</translation>
    </message>
    <message>
        <source>&amp;Cancel</source>
        <translation>取消(&amp;C)</translation>
    </message>
    <message>
        <source>no %1: %2</source>
        <translation>没有%1：%2</translation>
    </message>
    <message>
        <source>%1 heads; click a column to sort by it, a row to go to it</source>
        <translation>%1 个头；单击列按其排序，单击行前往该头</translation>
    </message>
</context>
<context>
    <name>headlight::HeadToggles</name>
    <message>
        <source>Heads that are drawn</source>
        <translation>绘出的头</translation>
    </message>
    <message>
        <source>Click: this head alone. Ctrl+click: one more, or one less. Ctrl+A: all.</source>
        <translation>单击：只看这个头。Ctrl+单击：增减一个。Ctrl+A：全部。</translation>
    </message>
    <message>
        <source>heads %1</source>
        <translation>头 %1</translation>
    </message>
    <message>
        <source>head %1, shown</source>
        <translation>头 %1，已显示</translation>
    </message>
    <message>
        <source>head %1</source>
        <translation>头 %1</translation>
    </message>
</context>
<context>
    <name>headlight::HeadsPanel</name>
    <message>
        <source>keep places</source>
        <translation>位置不变</translation>
    </message>
    <message>
        <source>Attention patterns of all heads</source>
        <translation>所有头的注意力模式</translation>
    </message>
    <message>
        <source>Attention pattern of the selected head</source>
        <translation>所选头的注意力模式</translation>
    </message>
    <message>
        <source>What this head does on this text, by the numbers below</source>
        <translation>由下面的数值看，这个头在此文本上做什么</translation>
    </message>
    <message>
        <source>What the heads are sorted and coloured by</source>
        <translation>各头按什么排序和着色</translation>
    </message>
    <message>
        <source>by layer</source>
        <translation>按层</translation>
    </message>
    <message>
        <source>by %1</source>
        <translation>按%1</translation>
    </message>
    <message>
        <source>Which heads are shown</source>
        <translation>显示哪些头</translation>
    </message>
    <message>
        <source>all heads</source>
        <translation>所有头</translation>
    </message>
    <message>
        <source>the 12 highest</source>
        <translation>最高的 12 个</translation>
    </message>
    <message>
        <source>the 24 highest</source>
        <translation>最高的 24 个</translation>
    </message>
    <message>
        <source>at least half</source>
        <translation>至少一半</translation>
    </message>
    <message>
        <source>“At least half”: of the highest value that a head has here</source>
        <translation>“至少一半”：指此处各头中最高值的一半</translation>
    </message>
    <message>
        <source>Only colour the heads, in their places</source>
        <translation>只给各头着色，位置不变</translation>
    </message>
    <message>
        <source>How the chosen heads are shown together</source>
        <translation>所选各头如何合在一起显示</translation>
    </message>
    <message>
        <source>this head</source>
        <translation>这个头</translation>
    </message>
    <message>
        <source>mean</source>
        <translation>平均</translation>
    </message>
    <message>
        <source>largest</source>
        <translation>最大</translation>
    </message>
    <message>
        <source>difference</source>
        <translation>差</translation>
    </message>
    <message>
        <source>The selected head minus the mean of the others</source>
        <translation>所选的头减去其余各头的平均</translation>
    </message>
    <message>
        <source>Reading the patterns of all heads…</source>
        <translation>正在读取所有头的模式……</translation>
    </message>
    <message>
        <source>This model has no attention</source>
        <translation>这个模型没有注意力</translation>
    </message>
    <message>
        <source>%1 of %2 heads</source>
        <translation>%2 个头的%1</translation>
    </message>
    <message>
        <source>%1, head %2</source>
        <translation>%1，头 %2</translation>
    </message>
    <message>
        <source>by what they do</source>
        <translation>按作用分组</translation>
    </message>
    <message>
        <source>Heads that one number makes clear, together; above each that number</source>
        <translation>由某个数值可以明确判断的头放在一起，数值写在各头上方</translation>
    </message>
    <message>
        <source>&amp;Cancel</source>
        <translation>取消(&amp;C)</translation>
    </message>
    <message>
        <source>Progress of the metric</source>
        <translation>指标计算进度</translation>
    </message>
    <message>
        <source>what they do</source>
        <translation>作用</translation>
    </message>
    <message>
        <source>%1: %2 over %3</source>
        <translation>%1：%2 大于 %3</translation>
    </message>
    <message>
        <source>no number is clear enough for a name</source>
        <translation>没有足够明确的数值来命名</translation>
    </message>
</context>
<context>
    <name>headlight::HistoryPanel</name>
    <message>
        <source>Reset all</source>
        <translation>全部复原</translation>
    </message>
    <message>
        <source>History of changes</source>
        <translation>改动历史</translation>
    </message>
    <message>
        <source>As the model is</source>
        <translation>模型原样</translation>
    </message>
    <message>
        <source>What is changed now</source>
        <translation>当前的改动</translation>
    </message>
    <message>
        <source>Take all what-ifs back</source>
        <translation>撤回所有假设</translation>
    </message>
    <message>
        <source>History</source>
        <translation>历史</translation>
    </message>
    <message>
        <source>Changed now</source>
        <translation>当前的改动</translation>
    </message>
    <message>
        <source>Nothing is changed</source>
        <translation>没有改动</translation>
    </message>
</context>
<context>
    <name>headlight::ImageChooser</name>
    <message>
        <source>Picture for the model</source>
        <translation>给模型的图像</translation>
    </message>
    <message>
        <source>a picture of your own</source>
        <translation>你自己的图像</translation>
    </message>
    <message>
        <source>Open a picture…</source>
        <translation>打开图像…</translation>
    </message>
    <message>
        <source>drop or paste</source>
        <translation>拖放或粘贴</translation>
    </message>
    <message>
        <source>dropped picture</source>
        <translation>拖入的图像</translation>
    </message>
    <message>
        <source>pasted picture</source>
        <translation>粘贴的图像</translation>
    </message>
</context>
<context>
    <name>headlight::ImagePanel</name>
    <message>
        <source>Attention painted over the picture</source>
        <translation>画在图像上的注意力</translation>
    </message>
    <message>
        <source>This model sees no picture</source>
        <translation>这个模型不看图像</translation>
    </message>
    <message>
        <source>Reading the layer&apos;s patterns…</source>
        <translation>正在读取这一层的模式……</translation>
    </message>
</context>
<context>
    <name>headlight::InputBar</name>
    <message>
        <source>Model</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Examples</source>
        <translation>示例</translation>
    </message>
    <message>
        <source>Export the view in front</source>
        <translation>导出最前面的视图</translation>
    </message>
    <message>
        <source>Open a folder…</source>
        <translation>打开文件夹…</translation>
    </message>
    <message>
        <source>Positions of %1</source>
        <translation>%1的各个位置</translation>
    </message>
    <message>
        <source>Token ids of %1</source>
        <translation>%1的词元编号</translation>
    </message>
    <message>
        <source>Target text</source>
        <translation>目标文本</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>文本</translation>
    </message>
    <message>
        <source>token ids, such as 1 2 3 (this model has no tokenizer)</source>
        <translation>词元编号，例如 1 2 3（这个模型没有分词器）</translation>
    </message>
    <message>
        <source>Type some text</source>
        <translation>键入一些文本</translation>
    </message>
    <message>
        <source>Decode</source>
        <translation>解码</translation>
    </message>
    <message>
        <source>Let the model write the target</source>
        <translation>让模型写出目标</translation>
    </message>
    <message>
        <source>Let the model write the target, always its likeliest next token</source>
        <translation>让模型写出目标，每次都取最可能的下一个词元</translation>
    </message>
    <message>
        <source>This file can&apos;t be read. %1: expected a picture</source>
        <translation>无法读取这个文件。%1：应为图像</translation>
    </message>
    <message>
        <source>%1   (written by the model; type to write your own)</source>
        <translation>%1   （由模型写出；键入即可自己写）</translation>
    </message>
    <message>
        <source>%1 tokens</source>
        <translation>%1 个词元</translation>
    </message>
    <message>
        <source>1 token</source>
        <translation>1 个词元</translation>
    </message>
    <message>
        <source>1 head</source>
        <translation>1 个头</translation>
    </message>
    <message>
        <source>%1 heads</source>
        <translation>%1 个头</translation>
    </message>
    <message>
        <source>1 layer</source>
        <translation>1 层</translation>
    </message>
    <message>
        <source>%1 layers</source>
        <translation>%1 层</translation>
    </message>
    <message>
        <source>%1 attention layers</source>
        <translation>%1 个注意力层</translation>
    </message>
</context>
<context>
    <name>headlight::LinksPanel</name>
    <message>
        <source>whole text</source>
        <translation>全文</translation>
    </message>
    <message>
        <source>Layer whose attention is drawn</source>
        <translation>绘出哪一层的注意力</translation>
    </message>
    <message>
        <source>Form of the picture</source>
        <translation>图的形式</translation>
    </message>
    <message>
        <source>two columns</source>
        <translation>两列</translation>
    </message>
    <message>
        <source>arcs over the text</source>
        <translation>文本上的弧线</translation>
    </message>
    <message>
        <source>Smallest weight that has a line, in hundredths</source>
        <translation>画线的最小权重，以百分之一计</translation>
    </message>
    <message>
        <source>Hover a token for its own lines; click selects it</source>
        <translation>指向词元可只看它的连线；单击选中</translation>
    </message>
    <message>
        <source>Squeeze the whole text into the picture</source>
        <translation>把全文压缩到图中</translation>
    </message>
    <message>
        <source>Attention as lines between tokens</source>
        <translation>词元之间连线表示的注意力</translation>
    </message>
    <message>
        <source>Scroll the tokens</source>
        <translation>滚动词元</translation>
    </message>
    <message>
        <source>Scroll the text</source>
        <translation>滚动文本</translation>
    </message>
    <message>
        <source>This model has no attention</source>
        <translation>这个模型没有注意力</translation>
    </message>
    <message>
        <source>Reading the layer&apos;s patterns…</source>
        <translation>正在读取这一层的模式……</translation>
    </message>
    <message>
        <source>lines: the strongest %1 of %2</source>
        <translation>连线：%2 条中最强的 %1 条</translation>
    </message>
    <message>
        <source>lines: %1</source>
        <translation>连线：%1 条</translation>
    </message>
</context>
<context>
    <name>headlight::MainWindow</name>
    <message>
        <source>Views of the whole model</source>
        <translation>整个模型的视图</translation>
    </message>
    <message>
        <source>Give these views the whole height</source>
        <translation>让这些视图占满整个高度</translation>
    </message>
    <message>
        <source>Heads</source>
        <translation>注意力头</translation>
    </message>
    <message>
        <source>Links</source>
        <translation>连线</translation>
    </message>
    <message>
        <source>Q·K</source>
        <translation>Q·K</translation>
    </message>
    <message>
        <source>Positions</source>
        <translation>位置</translation>
    </message>
    <message>
        <source>Predictions</source>
        <translation>预测</translation>
    </message>
    <message>
        <source>Image</source>
        <translation>图像</translation>
    </message>
    <message>
        <source>Across layers</source>
        <translation>跨层</translation>
    </message>
    <message>
        <source>Table of heads</source>
        <translation>头的表格</translation>
    </message>
    <message>
        <source>Compare</source>
        <translation>比较</translation>
    </message>
    <message>
        <source>History</source>
        <translation>历史</translation>
    </message>
    <message>
        <source>Progress of the run</source>
        <translation>运行进度</translation>
    </message>
    <message>
        <source>computing; Esc cancels</source>
        <translation>正在计算；按 Esc 取消</translation>
    </message>
    <message>
        <source>&amp;Pause</source>
        <translation>暂停(&amp;P)</translation>
    </message>
    <message>
        <source>&amp;Play</source>
        <translation>播放(&amp;P)</translation>
    </message>
    <message>
        <source>%1 parameters · pass %2 ms</source>
        <translation>%1 个参数 · 前向 %2 毫秒</translation>
    </message>
    <message>
        <source>changed run, %1 steps computed · %2</source>
        <translation>已改动的运行，计算了 %1 步 · %2</translation>
    </message>
    <message>
        <source>This step</source>
        <translation>此步骤</translation>
    </message>
    <message>
        <source>All heads</source>
        <translation>所有头</translation>
    </message>
    <message>
        <source>Selected head</source>
        <translation>所选的头</translation>
    </message>
    <message>
        <source>Query and key</source>
        <translation>查询与键</translation>
    </message>
    <message>
        <source>Queries and keys</source>
        <translation>所有查询和键</translation>
    </message>
    <message>
        <source>Before and after</source>
        <translation>改动前后</translation>
    </message>
    <message>
        <source>saved %1</source>
        <translation>已保存 %1</translation>
    </message>
    <message>
        <source>Expected a model&apos;s folder or a picture, found %1</source>
        <translation>应为模型文件夹或图像，实际为 %1</translation>
    </message>
    <message>
        <source>File</source>
        <translation>文件</translation>
    </message>
    <message>
        <source>Edit</source>
        <translation>编辑</translation>
    </message>
    <message>
        <source>View</source>
        <translation>视图</translation>
    </message>
    <message>
        <source>Step</source>
        <translation>步骤</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Help</source>
        <translation>帮助</translation>
    </message>
    <message>
        <source>&amp;Open model folder…</source>
        <translation>打开模型文件夹(&amp;O)…</translation>
    </message>
    <message>
        <source>Open attention &amp;patterns…</source>
        <translation>打开注意力模式(&amp;P)…</translation>
    </message>
    <message>
        <source>Open &amp;picture…</source>
        <translation>打开图像(&amp;I)…</translation>
    </message>
    <message>
        <source>&amp;Export…</source>
        <translation>导出(&amp;E)…</translation>
    </message>
    <message>
        <source>&amp;Quit</source>
        <translation>退出(&amp;Q)</translation>
    </message>
    <message>
        <source>&amp;Undo</source>
        <translation>撤销(&amp;U)</translation>
    </message>
    <message>
        <source>&amp;Redo</source>
        <translation>重做(&amp;R)</translation>
    </message>
    <message>
        <source>&amp;Undo %1</source>
        <translation>撤销(&amp;U) %1</translation>
    </message>
    <message>
        <source>&amp;Redo %1</source>
        <translation>重做(&amp;R) %1</translation>
    </message>
    <message>
        <source>Take &amp;all what-ifs back</source>
        <translation>撤回所有假设(&amp;A)</translation>
    </message>
    <message>
        <source>C&amp;hange this cell…</source>
        <translation>修改此单元格(&amp;H)…</translation>
    </message>
    <message>
        <source>Change this r&amp;ow…</source>
        <translation>修改此行(&amp;O)…</translation>
    </message>
    <message>
        <source>H&amp;istory</source>
        <translation>历史(&amp;I)</translation>
    </message>
    <message>
        <source>&amp;Copy picture</source>
        <translation>复制图像(&amp;C)</translation>
    </message>
    <message>
        <source>Copy &amp;value</source>
        <translation>复制数值(&amp;V)</translation>
    </message>
    <message>
        <source>&amp;Type text</source>
        <translation>键入文本(&amp;T)</translation>
    </message>
    <message>
        <source>&amp;Stages</source>
        <translation>阶段(&amp;S)</translation>
    </message>
    <message>
        <source>&amp;Explanation</source>
        <translation>讲解(&amp;E)</translation>
    </message>
    <message>
        <source>&amp;Views below</source>
        <translation>下方视图(&amp;V)</translation>
    </message>
    <message>
        <source>&amp;Fold the views below</source>
        <translation>折叠下方视图(&amp;F)</translation>
    </message>
    <message>
        <source>Enlarge the &amp;views below</source>
        <translation>放大下方视图(&amp;N)</translation>
    </message>
    <message>
        <source>Enlarge</source>
        <translation>放大</translation>
    </message>
    <message>
        <source>Make small</source>
        <translation>缩小</translation>
    </message>
    <message>
        <source>&amp;Compare with the model as it is</source>
        <translation>与原模型比较(&amp;C)</translation>
    </message>
    <message>
        <source>&amp;Light</source>
        <translation>浅色(&amp;L)</translation>
    </message>
    <message>
        <source>&amp;Dark</source>
        <translation>深色(&amp;D)</translation>
    </message>
    <message>
        <source>As the s&amp;ystem</source>
        <translation>跟随系统(&amp;Y)</translation>
    </message>
    <message>
        <source>As the &amp;system</source>
        <translation>跟随系统(&amp;S)</translation>
    </message>
    <message>
        <source>Zoom &amp;in</source>
        <translation>放大(&amp;I)</translation>
    </message>
    <message>
        <source>Zoom &amp;out</source>
        <translation>缩小(&amp;O)</translation>
    </message>
    <message>
        <source>&amp;Fit</source>
        <translation>适合窗口(&amp;F)</translation>
    </message>
    <message>
        <source>L&amp;arger text</source>
        <translation>增大文字(&amp;A)</translation>
    </message>
    <message>
        <source>S&amp;maller text</source>
        <translation>减小文字(&amp;M)</translation>
    </message>
    <message>
        <source>&amp;Next step</source>
        <translation>下一步(&amp;N)</translation>
    </message>
    <message>
        <source>&amp;Back</source>
        <translation>上一步(&amp;B)</translation>
    </message>
    <message>
        <source>&amp;First step</source>
        <translation>第一步(&amp;F)</translation>
    </message>
    <message>
        <source>Run to the &amp;end</source>
        <translation>运行到结尾(&amp;E)</translation>
    </message>
    <message>
        <source>Step &amp;into</source>
        <translation>进入(&amp;I)</translation>
    </message>
    <message>
        <source>Step &amp;out</source>
        <translation>跳出(&amp;O)</translation>
    </message>
    <message>
        <source>Same step in the next &amp;layer</source>
        <translation>下一层的同一步(&amp;L)</translation>
    </message>
    <message>
        <source>Same step in the layer be&amp;fore</source>
        <translation>上一层的同一步(&amp;K)</translation>
    </message>
    <message>
        <source>Next &amp;head</source>
        <translation>下一个头(&amp;H)</translation>
    </message>
    <message>
        <source>Head b&amp;efore</source>
        <translation>上一个头(&amp;D)</translation>
    </message>
    <message>
        <source>&amp;Breakpoint here</source>
        <translation>在此设断点(&amp;T)</translation>
    </message>
    <message>
        <source>&amp;Run to the next breakpoint</source>
        <translation>运行到下一个断点(&amp;R)</translation>
    </message>
    <message>
        <source>Go b&amp;ack to where you were</source>
        <translation>返回先前的位置(&amp;A)</translation>
    </message>
    <message>
        <source>Go for&amp;ward again</source>
        <translation>再次前进(&amp;W)</translation>
    </message>
    <message>
        <source>Switch this &amp;head off or on</source>
        <translation>关闭或打开此头(&amp;H)</translation>
    </message>
    <message>
        <source>&amp;Decode the target</source>
        <translation>解码目标(&amp;D)</translation>
    </message>
    <message>
        <source>&amp;Cancel the run</source>
        <translation>取消运行(&amp;C)</translation>
    </message>
    <message>
        <source>Keyboard &amp;shortcuts</source>
        <translation>键盘快捷键(&amp;S)</translation>
    </message>
    <message>
        <source>&amp;About Headlight</source>
        <translation>关于 Headlight(&amp;A)</translation>
    </message>
    <message>
        <source>&amp;File</source>
        <translation>文件(&amp;F)</translation>
    </message>
    <message>
        <source>&amp;Bundled models</source>
        <translation>自带模型(&amp;B)</translation>
    </message>
    <message>
        <source>&amp;Recent models</source>
        <translation>最近的模型(&amp;R)</translation>
    </message>
    <message>
        <source>&amp;Edit</source>
        <translation>编辑(&amp;E)</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>视图(&amp;V)</translation>
    </message>
    <message>
        <source>&amp;Theme</source>
        <translation>主题(&amp;T)</translation>
    </message>
    <message>
        <source>Lan&amp;guage</source>
        <translation>语言 Language(&amp;G)</translation>
    </message>
    <message>
        <source>&amp;Step</source>
        <translation>步骤(&amp;S)</translation>
    </message>
    <message>
        <source>&amp;Model</source>
        <translation>模型(&amp;M)</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>帮助(&amp;H)</translation>
    </message>
    <message>
        <source>This picture can&apos;t be read. %1: %2</source>
        <translation>无法读取这张图像。%1：%2</translation>
    </message>
    <message>
        <source>picture copied</source>
        <translation>图像已复制</translation>
    </message>
    <message>
        <source>%1 copied</source>
        <translation>%1 已复制</translation>
    </message>
    <message>
        <source>About Headlight</source>
        <translation>关于 Headlight</translation>
    </message>
    <message>
        <source>&lt;h3&gt;Headlight %1&lt;/h3&gt;&lt;p&gt;See attention compute, one step at a time.&lt;/p&gt;&lt;p&gt;Free software under the GNU General Public License, version 3 or later. Nothing is sent anywhere; models are only read from your disk.&lt;/p&gt;</source>
        <translation>&lt;h3&gt;Headlight %1&lt;/h3&gt;&lt;p&gt;看注意力如何一步一步计算。&lt;/p&gt;&lt;p&gt;自由软件，采用 GNU 通用公共许可证第 3 版或更新版本。不向任何地方发送数据；模型只从你的磁盘读取。&lt;/p&gt;</translation>
    </message>
    <message>
        <source>Copy the &amp;arithmetic</source>
        <translation>复制算式(&amp;R)</translation>
    </message>
    <message>
        <source>arithmetic copied</source>
        <translation>算式已复制</translation>
    </message>
    <message>
        <source>Pause &amp;watching</source>
        <translation>暂停观看(&amp;W)</translation>
    </message>
    <message>
        <source>Go on &amp;watching</source>
        <translation>继续观看(&amp;W)</translation>
    </message>
    <message>
        <source>&amp;Watch this step compute</source>
        <translation>观看此步骤如何计算(&amp;W)</translation>
    </message>
    <message>
        <source>Watch</source>
        <translation>观看</translation>
    </message>
    <message>
        <source>Reduce &amp;motion</source>
        <translation>减少动画(&amp;M)</translation>
    </message>
    <message>
        <source>Show the finished step</source>
        <translation>显示完成的步骤</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>完成</translation>
    </message>
    <message>
        <source>What positions do</source>
        <translation>位置的作用</translation>
    </message>
    <message>
        <source>The step that is shown</source>
        <translation>正在显示的步骤</translation>
    </message>
    <message>
        <source>C&amp;olours</source>
        <translation>颜色(&amp;O)</translation>
    </message>
    <message>
        <source>%1 weights read from a file · pass %2 ms</source>
        <translation>从文件读取 %1 个权重 · 前向 %2 毫秒</translation>
    </message>
</context>
<context>
    <name>headlight::MessageBar</name>
    <message>
        <source>Close this message</source>
        <translation>关闭此消息</translation>
    </message>
</context>
<context>
    <name>headlight::OutlineModel</name>
    <message>
        <source>done</source>
        <translation>已完成</translation>
    </message>
    <message>
        <source>shown now</source>
        <translation>正在显示</translation>
    </message>
    <message>
        <source>in progress</source>
        <translation>进行中</translation>
    </message>
    <message>
        <source>to come</source>
        <translation>未到</translation>
    </message>
    <message>
        <source>, changed by a what-if</source>
        <translation>，被假设改动</translation>
    </message>
    <message>
        <source>, depends on a what-if</source>
        <translation>，受假设影响</translation>
    </message>
</context>
<context>
    <name>headlight::OutlinePanel</name>
    <message>
        <source>STAGES</source>
        <translation>阶段</translation>
    </message>
    <message>
        <source>Stages of the model</source>
        <translation>模型的各个阶段</translation>
    </message>
</context>
<context>
    <name>headlight::PositionsPanel</name>
    <message>
        <source>Which positional encoding</source>
        <translation>哪一种位置编码</translation>
    </message>
    <message>
        <source>Positional encoding</source>
        <translation>位置编码</translation>
    </message>
    <message>
        <source>none</source>
        <translation>无</translation>
    </message>
    <message>
        <source>sinusoidal</source>
        <translation>正弦</translation>
    </message>
    <message>
        <source>rotary</source>
        <translation>旋转</translation>
    </message>
    <message>
        <source>ALiBi</source>
        <translation>ALiBi</translation>
    </message>
    <message>
        <source>reversed</source>
        <translation>倒序</translation>
    </message>
    <message>
        <source>shuffled, seed</source>
        <translation>打乱，种子</translation>
    </message>
    <message>
        <source>shifted by</source>
        <translation>平移</translation>
    </message>
    <message>
        <source>What positions do to the heads</source>
        <translation>位置对各头的作用</translation>
    </message>
    <message>
        <source>What to see of the encoding</source>
        <translation>看编码的什么</translation>
    </message>
    <message>
        <source>How likeness of positions is measured</source>
        <translation>如何衡量位置的相似</translation>
    </message>
    <message>
        <source>dot product</source>
        <translation>点积</translation>
    </message>
    <message>
        <source>cosine</source>
        <translation>余弦</translation>
    </message>
    <message>
        <source>What if the run had other positions</source>
        <translation>假如运行用别的位置编码</translation>
    </message>
    <message>
        <source>What to see of the effect</source>
        <translation>看作用的什么</translation>
    </message>
    <message>
        <source>one row</source>
        <translation>一行</translation>
    </message>
    <message>
        <source>all heads</source>
        <translation>所有头</translation>
    </message>
    <message>
        <source>Step</source>
        <translation>步骤</translation>
    </message>
    <message>
        <source>Go to the step that makes this encoding</source>
        <translation>前往产生此编码的步骤</translation>
    </message>
    <message>
        <source>position</source>
        <translation>位置</translation>
    </message>
    <message>
        <source>Position of the query; the key keeps its distance</source>
        <translation>查询的位置；键保持与它的距离</translation>
    </message>
    <message>
        <source>offset</source>
        <translation>偏移</translation>
    </message>
    <message>
        <source>How far the key stands before the query</source>
        <translation>键在查询之前多远</translation>
    </message>
    <message>
        <source>What if…</source>
        <translation>如果……</translation>
    </message>
    <message>
        <source>own positions</source>
        <translation>自己的位置编码</translation>
    </message>
    <message>
        <source>Seed of the order</source>
        <translation>次序的种子</translation>
    </message>
    <message>
        <source>How many positions later the tokens count</source>
        <translation>词元的位置推后多少</translation>
    </message>
    <message>
        <source>The model&apos;s own positions</source>
        <translation>模型自己的位置编码</translation>
    </message>
    <message>
        <source>Computing …</source>
        <translation>正在计算……</translation>
    </message>
    <message>
        <source>Running the model without its positions …</source>
        <translation>正在不用位置编码运行模型……</translation>
    </message>
    <message>
        <source>This model has no positions to leave out. Choose some under “What if…”, and both runs stand here.</source>
        <translation>这个模型没有可去掉的位置编码。请在 “如果……” 中选一种，两次运行就会在这里并排显示。</translation>
    </message>
    <message>
        <source>There is nothing to run without positions here.</source>
        <translation>此处没有可以去掉位置编码来运行的东西。</translation>
    </message>
    <message>
        <source>This model has no attention</source>
        <translation>这个模型没有注意力</translation>
    </message>
</context>
<context>
    <name>headlight::PredictionsPanel</name>
    <message>
        <source>&amp;Generate</source>
        <translation>生成(&amp;G)</translation>
    </message>
    <message>
        <source>all</source>
        <translation>全部</translation>
    </message>
    <message>
        <source>Logits are divided by it before the softmax; 0 always takes the likeliest</source>
        <translation>logit 先除以它，再做 softmax；0 表示总取最可能的</translation>
    </message>
    <message>
        <source>Only so many of the likeliest tokens (Fan et al. 2018)</source>
        <translation>只取最可能的这么多个词元（Fan 等 2018）</translation>
    </message>
    <message>
        <source>Only the fewest tokens whose probabilities sum to this (Holtzman et al. 2019)</source>
        <translation>只取概率之和达到此值的最少几个词元（Holtzman 等 2019）</translation>
    </message>
    <message>
        <source>The same seed draws the same tokens</source>
        <translation>种子相同，抽到的词元也相同</translation>
    </message>
    <message>
        <source>Lets the model write on; every token is a run, so that all views show its attention</source>
        <translation>让模型接着写；每个词元都是一次运行，所有视图都显示它的注意力</translation>
    </message>
    <message>
        <source>temperature</source>
        <translation>温度</translation>
    </message>
    <message>
        <source>top-k</source>
        <translation>top-k</translation>
    </message>
    <message>
        <source>top-p</source>
        <translation>top-p</translation>
    </message>
    <message>
        <source>seed</source>
        <translation>种子</translation>
    </message>
    <message>
        <source>tokens</source>
        <translation>词元</translation>
    </message>
    <message>
        <source>&amp;Mask “%1”</source>
        <translation>遮住 “%1”(&amp;M)</translation>
    </message>
    <message>
        <source>Mask “%1”</source>
        <translation>遮住 “%1”</translation>
    </message>
    <message>
        <source>&amp;Stop</source>
        <translation>停止(&amp;S)</translation>
    </message>
    <message>
        <source>After “%1” the model expects</source>
        <translation>“%1” 之后，模型预期</translation>
    </message>
    <message>
        <source>In place of “%1” the model expects</source>
        <translation>在 “%1” 的位置上，模型预期</translation>
    </message>
    <message>
        <source>The model sees</source>
        <translation>模型看到</translation>
    </message>
    <message>
        <source>At “%1” the model sees</source>
        <translation>在 “%1” 处模型看到</translation>
    </message>
    <message>
        <source>The result</source>
        <translation>结果</translation>
    </message>
    <message>
        <source>The result at “%1”</source>
        <translation>“%1” 处的结果</translation>
    </message>
    <message>
        <source>This model makes no prediction</source>
        <translation>这个模型不作预测</translation>
    </message>
    <message>
        <source>position %1; click a token above for another</source>
        <translation>位置 %1；单击上方的词元可换位置</translation>
    </message>
</context>
<context>
    <name>headlight::QueryKeyPanel</name>
    <message>
        <source>click a point for another query or key; [ and ] for another head</source>
        <translation>单击一点可换查询或键；用 [ 和 ] 换头</translation>
    </message>
    <message>
        <source>Query times key, dimension by dimension</source>
        <translation>查询乘以键，逐维</translation>
    </message>
    <message>
        <source>All queries and keys of the head in one plane</source>
        <translation>同一平面上此头的所有查询和键</translation>
    </message>
    <message>
        <source>This model has no attention</source>
        <translation>这个模型没有注意力</translation>
    </message>
    <message>
        <source>%1, head %2</source>
        <translation>%1，头 %2</translation>
    </message>
</context>
<context>
    <name>headlight::Session</name>
    <message>
        <source>Reset all what-ifs</source>
        <translation>全部复原</translation>
    </message>
    <message>
        <source>%1: head %2 off</source>
        <translation>%1：头 %2 关闭</translation>
    </message>
    <message>
        <source>%1: head %2 on</source>
        <translation>%1：头 %2 打开</translation>
    </message>
    <message>
        <source>Cut to %1 tokens</source>
        <translation>截到 %1 个词元</translation>
    </message>
</context>
<context>
    <name>headlight::ShortcutsDialog</name>
    <message>
        <source>Keyboard shortcuts</source>
        <translation>键盘快捷键</translation>
    </message>
    <message>
        <source>  or  </source>
        <translation>  或  </translation>
    </message>
    <message>
        <source>In a picture (after Tab or a click)</source>
        <translation>在图中（按 Tab 或单击之后）</translation>
    </message>
    <message>
        <source>Move from cell to cell</source>
        <translation>在单元格之间移动</translation>
    </message>
    <message>
        <source>arrows; Ctrl: ten cells</source>
        <translation>方向键；Ctrl：十格</translation>
    </message>
    <message>
        <source>To the ends of the row</source>
        <translation>到行首、行尾</translation>
    </message>
    <message>
        <source>Home, End</source>
        <translation>Home、End</translation>
    </message>
    <message>
        <source>Go to the step that made the cell</source>
        <translation>前往算出此单元格的步骤</translation>
    </message>
    <message>
        <source>Return or double click</source>
        <translation>回车或双击</translation>
    </message>
    <message>
        <source>Give the keys back to the window</source>
        <translation>把按键还给窗口</translation>
    </message>
    <message>
        <source>Esc</source>
        <translation>Esc</translation>
    </message>
    <message>
        <source>Zoom</source>
        <translation>缩放</translation>
    </message>
    <message>
        <source>Ctrl with + − 0 or the wheel</source>
        <translation>Ctrl 加 + − 0 或滚轮</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
</context>
<context>
    <name>headlight::StagePane</name>
    <message>
        <source>The step as an equation of matrices</source>
        <translation>此步骤写成的矩阵等式</translation>
    </message>
    <message>
        <source>Opening the model…</source>
        <translation>正在打开模型……</translation>
    </message>
    <message>
        <source>Click a cell first, or walk to one with Tab and the arrow keys</source>
        <translation>请先单击一个单元格，或用 Tab 和方向键走到一个</translation>
    </message>
    <message>
        <source>expected a number, found “%1”</source>
        <translation>应为一个数，实际为 “%1”</translation>
    </message>
    <message>
        <source>expected one number</source>
        <translation>应为一个数</translation>
    </message>
    <message>
        <source>Computing this step again…</source>
        <translation>正在重新计算此步骤……</translation>
    </message>
    <message>
        <source>head</source>
        <translation>头</translation>
    </message>
    <message>
        <source>What if…</source>
        <translation>如果……</translation>
    </message>
    <message>
        <source>Show what can be changed in this step</source>
        <translation>显示这一步中可以更改的内容</translation>
    </message>
    <message>
        <source>Watch this step compute</source>
        <translation>观看此步骤如何计算</translation>
    </message>
</context>
<context>
    <name>headlight::StepPlayer</name>
    <message>
        <source>How far this step has computed</source>
        <translation>此步骤算到了哪里</translation>
    </message>
    <message>
        <source>whole result</source>
        <translation>整个结果</translation>
    </message>
    <message>
        <source>this cell</source>
        <translation>此单元格</translation>
    </message>
    <message>
        <source>What is built up</source>
        <translation>逐步算出什么</translation>
    </message>
    <message>
        <source>Build up the whole result, or only the selected cell (click another one)</source>
        <translation>逐步算出整个结果，或只算所选的单元格（可单击另一个）</translation>
    </message>
    <message>
        <source>%1×</source>
        <translation>%1 倍</translation>
    </message>
    <message>
        <source>Speed inside the step</source>
        <translation>步骤内的速度</translation>
    </message>
    <message>
        <source>Play or pause inside the step</source>
        <translation>在步骤内播放或暂停</translation>
    </message>
    <message>
        <source>Show the finished step</source>
        <translation>显示完成的步骤</translation>
    </message>
</context>
<context>
    <name>headlight::TokenChips</name>
    <message>
        <source>Tokens</source>
        <translation>词元</translation>
    </message>
    <message>
        <source>position %1</source>
        <translation>位置 %1</translation>
    </message>
    <message>
        <source> · id %1</source>
        <translation> · 编号 %1</translation>
    </message>
    <message>
        <source>
piece %1</source>
        <translation>
词片 %1</translation>
    </message>
    <message>
        <source>
bytes %1 to %2 of the text</source>
        <translation>
文本的第 %1 到 %2 字节</translation>
    </message>
    <message>
        <source>
added by the model&apos;s tokenizer</source>
        <translation>
由模型的分词器添加</translation>
    </message>
    <message>
        <source>
Click: looks (blue). Ctrl+click: is looked at (orange).</source>
        <translation>
单击：看别人（蓝）。Ctrl+单击：被看（橙）。</translation>
    </message>
    <message>
        <source>%1, position %2</source>
        <translation>%1，位置 %2</translation>
    </message>
    <message>
        <source>, looks</source>
        <translation>，在看</translation>
    </message>
    <message>
        <source>, is looked at</source>
        <translation>，被看</translation>
    </message>
</context>
<context>
    <name>headlight::TransportBar</name>
    <message>
        <source>← → step   ↓ into   ↑ out</source>
        <translation>← → 步进   ↓ 进入   ↑ 跳出</translation>
    </message>
    <message>
        <source>by layer</source>
        <translation>逐层</translation>
    </message>
    <message>
        <source>by stage</source>
        <translation>逐阶段</translation>
    </message>
    <message>
        <source>by op</source>
        <translation>逐运算</translation>
    </message>
    <message>
        <source>How far one step goes</source>
        <translation>一步走多远</translation>
    </message>
    <message>
        <source>How far one step goes (↓ finer, ↑ coarser)</source>
        <translation>一步走多远（↓ 更细，↑ 更粗）</translation>
    </message>
    <message>
        <source>%1/s</source>
        <translation>%1 步/秒</translation>
    </message>
    <message>
        <source>Speed of playing</source>
        <translation>播放速度</translation>
    </message>
    <message>
        <source>Steps a second while playing</source>
        <translation>播放时每秒的步数</translation>
    </message>
    <message>
        <source>Step</source>
        <translation>步骤</translation>
    </message>
    <message>
        <source>step %1 of %2</source>
        <translation>第 %1 步，共 %2 步</translation>
    </message>
</context>
<context>
    <name>headlight::WhatIfBar</name>
    <message>
        <source>Compare</source>
        <translation>比较</translation>
    </message>
    <message>
        <source>Reset all</source>
        <translation>全部复原</translation>
    </message>
    <message>
        <source>Compare with the run as the model is</source>
        <translation>与原模型的运行比较</translation>
    </message>
    <message>
        <source>Take all what-ifs back</source>
        <translation>撤回所有假设</translation>
    </message>
    <message>
        <source>What if…</source>
        <translation>如果……</translation>
    </message>
    <message>
        <source>no 1/√d</source>
        <translation>不乘 1/√d</translation>
    </message>
    <message>
        <source>Who may look at whom</source>
        <translation>谁可以看谁</translation>
    </message>
    <message>
        <source>the model&apos;s mask</source>
        <translation>模型的掩码</translation>
    </message>
    <message>
        <source>no mask</source>
        <translation>无掩码</translation>
    </message>
    <message>
        <source>causal</source>
        <translation>因果</translation>
    </message>
    <message>
        <source>window of</source>
        <translation>窗口，宽</translation>
    </message>
    <message>
        <source>sparse, strided by</source>
        <translation>稀疏，步长</translation>
    </message>
    <message>
        <source>sparse, blocks of</source>
        <translation>稀疏，块长</translation>
    </message>
    <message>
        <source>dense / banded in turn</source>
        <translation>稠密与带状交替</translation>
    </message>
    <message>
        <source>Positions of the window, stride or block</source>
        <translation>窗口、步长或块的位置数</translation>
    </message>
    <message>
        <source>Temperature of the softmax</source>
        <translation>softmax 的温度</translation>
    </message>
    <message>
        <source>temperature </source>
        <translation>温度 </translation>
    </message>
    <message>
        <source>What the pattern is</source>
        <translation>模式是什么</translation>
    </message>
    <message>
        <source>softmax</source>
        <translation>softmax</translation>
    </message>
    <message>
        <source>uniform</source>
        <translation>均匀</translation>
    </message>
    <message>
        <source>identity</source>
        <translation>只看自己</translation>
    </message>
    <message>
        <source>no positions</source>
        <translation>无位置编码</translation>
    </message>
    <message>
        <source>attention off</source>
        <translation>关闭注意力</translation>
    </message>
    <message>
        <source>MLP off</source>
        <translation>关闭 MLP</translation>
    </message>
    <message>
        <source>What this head does</source>
        <translation>这个头做什么</translation>
    </message>
    <message>
        <source>on</source>
        <translation>打开</translation>
    </message>
    <message>
        <source>to zero</source>
        <translation>置零</translation>
    </message>
    <message>
        <source>to mean</source>
        <translation>取均值</translation>
    </message>
    <message>
        <source>Where the switches act</source>
        <translation>开关作用于何处</translation>
    </message>
    <message>
        <source>this layer</source>
        <translation>这一层</translation>
    </message>
    <message>
        <source>all layers</source>
        <translation>所有层</translation>
    </message>
    <message>
        <source>%1 and %2 more</source>
        <translation>%1 及另外 %2 项</translation>
    </message>
    <message>
        <source>Changed run: %1</source>
        <translation>已改动的运行：%1</translation>
    </message>
    <message>
        <source>head %1 on</source>
        <translation>头 %1 打开</translation>
    </message>
    <message>
        <source>head %1 to zero</source>
        <translation>头 %1 置零</translation>
    </message>
    <message>
        <source>head %1 to mean</source>
        <translation>头 %1 取均值</translation>
    </message>
</context>
<context>
    <name>TableFigure</name>
    <message>
        <source>%1, %2 to %3 of %4</source>
        <translation>%1，%2 至 %3，共 %4</translation>
    </message>
</context>
</TS>
