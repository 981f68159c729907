"""Class names of the blocks that networks are built of, by which depth groups are found."""

from torch import nn

TORCHVISION_BLOCKS = """
BasicBlock Bottleneck CNBlock EncoderBlock Fire FusedMBConv Inception InceptionA InceptionB InceptionC
InceptionD InceptionE InvertedResidual MBConv MaxVitLayer ResBottleneckBlock SwinTransformerBlock
SwinTransformerBlockV2 _DenseLayer _InvertedResidual
"""

TIMM_BLOCKS = """
Block BottleneckBlock EdgeBlock DarkBlock RepVggBlock SelfAttnBlock MobileOneBlock MobileVitBlock
MobileVitV2Block MetaFormerBlock LayerScaleBlock LayerScaleBlockClassAttn SerialBlock ParallelBlock
MaxxVitBlock ParallelMaxxVitBlock MbConvBlock ConvNeXtBlock TransformerBlock2d TransformerBlock ResidualBlock
LowFormerBlock SpatialBlock ChannelBlock DeepseekVitBlock DenseLayer DlaBasic DlaBottleneck DlaBottle2neck
NormFreeBlock DualPathBlock OsaBlock ConvBlock SplitTransposeBlock MetaBlock1d MetaBlock2d
EfficientFormerV2Block DepthwiseSeparableConv EdgeResidual ConvBnAct CondConvResidual
UniversalInvertedResidual MobileAttention EfficientViMBlock EfficientVitBlock EvaBlock EvaBlockPostNorm
MLPBlock RepMixerBlock AttentionBlock FocalNetBlock GlobalContextVitBlock Gemma4Block GhostBottleneck
GhostBottleneckV2 GhostBottleneckV3 SpatialGatingBlock MixerBlock ResBlock HighPerfGpuBlock HieraBlock
MultiScaleBlock HighResolutionModule SHMABlock MetaNeXtBlock Block35 Block17 Block8 Mixed_5b Mixed_6a Mixed_7a
Mixed3a Mixed4a Mixed5a ReductionA ReductionB RepDepthwiseSeparable XceptionModule PreXceptionModule
LevitBlock GatedConvBlock TransformerLayer NextConvBlock NextTransformerBlock CellStem0 CellStem1 FirstCell
NormalCell ReductionCell0 ReductionCell1 Cell DenseBlock PreBottleneck RepGhostBottleneck RepViTBlock
RepVitBlock Bottle2neck ResNestBottleneck PreActBasic PreActBottleneck LinearBottleneck SelecSlsBlock
Sequencer2dBlock SelectiveKernelBasic SelectiveKernelBottleneck SEBottleneck SEResNetBottleneck
SEResNetBlock SEResNeXtBottleneck ConvEncoder SwinTransformerV2Block SwinTransformerV2CrBlock RelPosBlock
ResPostRelPosBlock TinyVitBlock MbConvLNBlock Outlooker Transformer ClassBlock XCABlock ClassAttentionBlock
CrossAttentionBlock CspNextBlock FFN ResPostBlock ParallelThingsBlock ParallelScalingBlock
DiffParallelScalingBlock
"""

_BLOCKS = frozenset(TORCHVISION_BLOCKS.split() + TIMM_BLOCKS.split())

_NO_BLOCKS = frozenset(
    {
        "densenet.DenseBlock",
        "fasternet.Block",
        "fastvit.MobileOneBlock",
        "gcvit.MbConvBlock",
        "pit.Transformer",
    }
)
"""Stages and smaller parts, with their file in timm, that bear the name of another network's block."""


def is_block(module: nn.Module) -> bool:
    """Return whether a module is a known block of torchvision's or timm's classification models."""
    kind = type(module)
    return (
        kind.__name__ in _BLOCKS and f"{kind.__module__.rpartition('.')[2]}.{kind.__name__}" not in _NO_BLOCKS
    )
