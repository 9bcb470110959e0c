using Datahall.Learning.Networks;
using Datahall.Learning.Settings;

namespace Datahall.Learning.Tasks;

/// <summary>How a model is run in training, from the settings.</summary>
internal static class Runtime
{
    /// <summary>The precision that is meant on this machine.</summary>
    /// <exception cref="LearningException">This machine does not have it.</exception>
    public static Precision PrecisionOf(TrainingSettings settings) => settings.Precision switch
    {
        PrecisionSetting.Auto => PrecisionSupport.BFloat16IsFast ? Precision.BFloat16 : Precision.Float32,
        PrecisionSetting.Bf16 => Precision.BFloat16,
        PrecisionSetting.Fp32 => Precision.Float32,
        _ => throw new LearningException("training.precision: fp16 is for CUDA, and this build has no CUDA; use auto, fp32 or bf16"),
    };
}
