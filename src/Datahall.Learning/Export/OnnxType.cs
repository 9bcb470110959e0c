namespace Datahall.Learning.Export;

/// <summary>Element types by their numbers in <c>TensorProto.DataType</c> of onnx.proto.</summary>
internal enum OnnxType
{
    Float32 = 1,
    Int8 = 3,
    Int32 = 6,
    Int64 = 7,
}
