using System.Net.Http.Headers;
using System.Text;

namespace Datahall.Learning.Tracking.Mlflow;

/// <summary>Where an MLflow tracking server is and how to speak to it.</summary>
internal sealed record MlflowServer(Uri Address, string Experiment)
{
    /// <summary>Sent with each request; null for a server that asks for none.</summary>
    public AuthenticationHeaderValue? Authorization { get; init; }

    /// <summary>How long one request may take.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The wait after the first failed request; it doubles with each further one, up to <see cref="LongestRetryDelay"/>.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromSeconds(1);

    public TimeSpan LongestRetryDelay { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How long the end of a run waits for what is not delivered yet.</summary>
    public TimeSpan FinishWait { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// Reads the variables of MLflow's own client: MLFLOW_TRACKING_URI, MLFLOW_EXPERIMENT_NAME, MLFLOW_TRACKING_TOKEN, MLFLOW_TRACKING_USERNAME
    /// and MLFLOW_TRACKING_PASSWORD. Null without an address.
    /// </summary>
    /// <param name="variable">Gives a variable's value, such as <see cref="Environment.GetEnvironmentVariable(string)"/>.</param>
    /// <exception cref="LearningException">The address is no HTTP address.</exception>
    public static MlflowServer? FromEnvironment(Func<string, string?> variable)
    {
        if (variable("MLFLOW_TRACKING_URI") is not { Length: > 0 } address)
        {
            return null;
        }

        if (!Uri.TryCreate(address, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https"))
        {
            throw new LearningException($"MLFLOW_TRACKING_URI is '{address}'; it must be an address such as http://mlflow:5000");
        }

        return new MlflowServer(uri, variable("MLFLOW_EXPERIMENT_NAME") is { Length: > 0 } name ? name : "Default")
        {
            Authorization = Credentials(variable),
        };
    }

    private static AuthenticationHeaderValue? Credentials(Func<string, string?> variable)
    {
        if (variable("MLFLOW_TRACKING_USERNAME") is { Length: > 0 } user)
        {
            var pair = Encoding.UTF8.GetBytes($"{user}:{variable("MLFLOW_TRACKING_PASSWORD")}");
            return new AuthenticationHeaderValue("Basic", Convert.ToBase64String(pair));
        }

        return variable("MLFLOW_TRACKING_TOKEN") is { Length: > 0 } token ? new AuthenticationHeaderValue("Bearer", token) : null;
    }
}
