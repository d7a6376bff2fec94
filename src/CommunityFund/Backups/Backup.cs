using System.Security.Cryptography;
using System.Text.Json;
using CommunityFund.Books;
using CommunityFund.Ledger;
using NodaTime;
using NodaTime.Text;

namespace CommunityFund.Backups;

/// <summary>What a backup says of itself, in <c>backup.json</c>; the hashes of its files stand in <c>SHA256SUMS</c>, which
/// <c>sha256sum -c</c> reads too.</summary>
/// <param name="SystemId">Which cluster it was taken of.</param>
/// <param name="Log">Its log of changes lies beside under this name.</param>
/// <param name="FirstSegment">Changes before this segment are surely in the copy.</param>
/// <param name="Books">How every book stood just before the copy began; the copy has at least this.</param>
public sealed record BackupFacts(
    string TakenAt, int PostgresMajor, string SystemId, string Log, string FirstSegment, IReadOnlyList<LogHead> Books)
{
    internal Instant Instant => InstantPattern.ExtendedIso.Parse(TakenAt).GetValueOrThrow();
}

/// <summary>A finished backup: one directory that was named only when all in it was on disk.</summary>
public sealed class Backup
{
    internal const string Base = "base.tar.gz", FactsFile = "backup.json", Sums = "SHA256SUMS";

    // What lies in the data directory beside the cluster and is needed to open the books again, or set by hand.
    internal static readonly string[] Needed = ["secrets.json", "log.key"];
    internal static readonly string[] Beside = [.. Needed, "backups.json", "demo-passwords.txt"];

    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true };

    private Backup(string directory, BackupFacts facts) => (Directory, Facts) = (directory, facts);

    public string Directory { get; }

    public BackupFacts Facts { get; }

    public string Name => Path.GetFileName(Directory);

    public Instant TakenAt => Facts.Instant;

    public long SizeBytes => new DirectoryInfo(Directory).EnumerateFiles().Sum(file => file.Length);

    /// <param name="none">What to say if there are no changes beside it at all.</param>
    internal bool IsFollowed(bool none)
    {
        using StreamedWal wal = new(WalDirectory);
        return wal.Follow(this, none);
    }

    internal string WalDirectory => BackupPlace.WalIn(Path.GetDirectoryName(Directory)!, Facts.Log);

    /// <exception cref="RefusedException">The directory is no finished backup.</exception>
    public static Backup Open(string directory)
    {
        directory = Path.TrimEndingDirectorySeparator(Path.GetFullPath(directory));
        try
        {
            BackupFacts facts = JsonSerializer.Deserialize<BackupFacts>(File.ReadAllText(Path.Combine(directory, FactsFile)))
                ?? throw new JsonException("null");
            _ = facts.Instant;
            return new Backup(directory, facts);
        }
        catch (Exception bad) when (bad is IOException or UnauthorizedAccessException or JsonException or UnparsableValueException)
        {
            throw new RefusedException(BackupRefusal.NotOne, ("path", directory), ("detail", bad.Message));
        }
    }

    internal static async Task WriteFacts(string directory, BackupFacts facts, CancellationToken ct)
    {
        LocalFiles.WritePrivate(Path.Combine(directory, FactsFile), JsonSerializer.Serialize(facts, Json) + "\n");
        List<string> sums = [];
        foreach (string file in System.IO.Directory.GetFiles(directory).Order(StringComparer.Ordinal))
        {
            sums.Add($"{await HashOf(file, ct)}  {Path.GetFileName(file)}\n");
        }

        LocalFiles.WritePrivate(Path.Combine(directory, Sums), string.Concat(sums));
    }

    /// <summary>Reads every file again and names those that are not what they were.</summary>
    public async Task<IReadOnlyList<Refusal>> Damage(CancellationToken ct)
    {
        List<Refusal> found = [];
        Dictionary<string, string> sums = [];
        string list = Path.Combine(Directory, Sums);
        foreach (string line in File.Exists(list) ? await File.ReadAllLinesAsync(list, ct) : [])
        {
            if (line.Split("  ", 2) is [{ Length: 64 } hash, { Length: > 0 } name] && name == Path.GetFileName(name))
            {
                sums[name] = hash;
            }
            else
            {
                found.Add(new RefusedException(BackupRefusal.FileDiffers, ("file", list)).Refusal);
            }
        }

        foreach (string name in ((string[])[Base, FactsFile, .. Needed]).Where(name => !sums.ContainsKey(name)))
        {
            found.Add(new RefusedException(BackupRefusal.FileMissing, ("file", $"{name} ({Sums})")).Refusal);
        }

        foreach ((string name, string hash) in sums)
        {
            string path = Path.Combine(Directory, name);
            if (!File.Exists(path))
            {
                found.Add(new RefusedException(BackupRefusal.FileMissing, ("file", path)).Refusal);
            }
            else if (await Differs(path, hash, ct))
            {
                found.Add(new RefusedException(BackupRefusal.FileDiffers, ("file", path)).Refusal);
            }
        }

        return found;
    }

    /// <summary>Whether a file is not what it was; one that its disk does not give out is not.</summary>
    internal static async Task<bool> Differs(string path, string hash, CancellationToken ct)
    {
        try
        {
            return await HashOf(path, ct) != hash;
        }
        catch (IOException)
        {
            return true;
        }
    }

    internal static async Task<string> HashOf(string path, CancellationToken ct)
    {
        await using FileStream file = File.OpenRead(path);
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(file, ct));
    }
}
