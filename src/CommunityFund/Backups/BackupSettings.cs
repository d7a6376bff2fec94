using System.Text.Json;
using CommunityFund.Ledger;
using NodaTime;
using NodaTime.Text;

namespace CommunityFund.Backups;

/// <summary>
/// Where backups go, when, and how many are kept: <c>backups.json</c> in the data directory, where any of these may be
/// written. Without it they lie beside the books, which helps against mistakes and damage but not against the loss of the disk.
/// </summary>
public sealed record BackupSettings
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.KebabCaseLower };

    /// <summary>The whole path of a directory that is there, on another disk or a mounted share; null for <c>backups</c> in the
    /// data directory.</summary>
    public string? To { get; init; }

    /// <summary>The newest backup of each of so many days is kept.</summary>
    public int Daily { get; init; } = 7;

    /// <summary>And of so many weeks.</summary>
    public int Weekly { get; init; } = 5;

    /// <summary>And of so many months.</summary>
    public int Monthly { get; init; } = 12;

    /// <summary>The quiet hour, in Asia/Shanghai.</summary>
    public string At { get; init; } = "02:30";

    /// <summary>A backup is restored and checked at least every so many days.</summary>
    public int VerifyEveryDays { get; init; } = 7;

    internal LocalTime Hour => LocalTimePattern.CreateWithInvariantCulture("HH:mm").Parse(At).GetValueOrThrow();

    public static string PathIn(string dataDirectory) => Path.Combine(dataDirectory, "backups.json");

    /// <exception cref="RefusedException">The file cannot be understood.</exception>
    public static BackupSettings In(string dataDirectory)
    {
        string path = PathIn(dataDirectory);
        if (!File.Exists(path))
        {
            return new BackupSettings();
        }

        try
        {
            BackupSettings settings = JsonSerializer.Deserialize<BackupSettings>(File.ReadAllText(path), Json)
                ?? throw new JsonException("null");
            _ = settings.Hour;
            return settings is { Daily: >= 1, Weekly: >= 0, Monthly: >= 0, VerifyEveryDays: >= 1 }
                && (settings.To is null || Path.IsPathRooted(settings.To))
                ? settings
                : throw new JsonException("to: /...; daily >= 1, weekly >= 0, monthly >= 0, verify-every-days >= 1");
        }
        catch (Exception bad) when (bad is JsonException or UnparsableValueException
            or IOException or UnauthorizedAccessException)
        {
            throw new RefusedException(BackupRefusal.BadSettings, ("file", path), ("detail", bad.Message));
        }
    }

    internal BackupPlace Place(string dataDirectory) =>
        new(Path.GetFullPath(To ?? Path.Combine(dataDirectory, "backups")), To is not null);
}
