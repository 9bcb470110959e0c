using System.Runtime.InteropServices;
using HelloProgram;

using var stop = new CancellationTokenSource();
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context =>
{
    context.Cancel = true;
    stop.Cancel();
});
try
{
    switch (args)
    {
        case ["train"]:
            return await Training.RunAsync(Gang.FromEnvironment(), epochs: 200, stop.Token);
        case ["train", var text] when int.TryParse(text, out var epochs) && epochs > 0:
            return await Training.RunAsync(Gang.FromEnvironment(), epochs, stop.Token);
        case ["serve"]:
            return await WebService.RunAsync(stop.Token);
        default:
            Console.Error.WriteLine("hello-program: use 'hello-program train [EPOCHS]' or 'hello-program serve'");
            return 2;
    }
}
catch (OperationCanceledException) when (stop.IsCancellationRequested)
{
    Console.WriteLine("stopped by SIGTERM");
    return 143;
}
catch (Exception e) when (e is IOException or System.Net.Sockets.SocketException or InvalidOperationException)
{
    Console.Error.WriteLine($"hello-program: {e.Message}");
    return 1;
}
