using System.Globalization;

namespace CommunityFund.Web.Pages.Documents;

/// <summary>A file's size as people say it.</summary>
internal static class FileSize
{
    public static string Of(int bytes) => bytes switch
    {
        < 1024 => string.Create(CultureInfo.InvariantCulture, $"{bytes} B"),
        < 1024 * 1024 => string.Create(CultureInfo.InvariantCulture, $"{(bytes + 1023) / 1024} KB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / (1024m * 1024m):0.0} MB"),
    };
}
