namespace Datahall.Server.Http;

/// <summary>URLs that people configured, as logs and answers show them.</summary>
internal static class UrlOrigin
{
    extension(Uri url)
    {
        /// <summary>Scheme, host and port. A path may be a secret (webhooks of chat programs), and what stands before '@' always is.</summary>
        public string ToOrigin() => url.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped);
    }
}
