using System.Security.Cryptography;
using System.Text.Json;

namespace CommunityFund.Books;

/// <summary>The passwords of the private PostgreSQL's login roles: one JSON object that only its owner can read.</summary>
internal sealed class LocalSecrets
{
    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true };

    private readonly string path;
    private readonly SortedDictionary<string, string> passwords;

    private LocalSecrets(string path, SortedDictionary<string, string> passwords) =>
        (this.path, this.passwords) = (path, passwords);

    /// <summary>Whether a private PostgreSQL was made in the data directory before.</summary>
    public static bool AreIn(string dataDirectory) => File.Exists(PathIn(dataDirectory));

    public static string PathIn(string dataDirectory) => Path.Combine(dataDirectory, "secrets.json");

    public static LocalSecrets Open(string path)
    {
        if (!File.Exists(path))
        {
            return new(path, new(StringComparer.Ordinal));
        }
        File.SetUnixFileMode(path, LocalFiles.OnlyOwner);
        try
        {
            var read = JsonSerializer.Deserialize<SortedDictionary<string, string>>(File.ReadAllText(path));
            return new(path, new(read ?? [], StringComparer.Ordinal));
        }
        catch (JsonException broken)
        {
            throw new LocalPostgresException(
                $"密码文件 {path} 已损坏。请从备份恢复这个文件。",
                $"The password file {path} is damaged. Restore it from a backup.",
                broken.Message);
        }
    }

    public bool Knows(string role) => passwords.ContainsKey(role);

    /// <summary>The role's password; a new one is on disk before it is handed out, so no crash can lose it.</summary>
    public string For(string role)
    {
        if (!passwords.TryGetValue(role, out var password))
        {
            password = RandomNumberGenerator.GetHexString(48, lowercase: true);
            passwords.Add(role, password);
            var fresh = path + ".new";
            LocalFiles.WritePrivate(fresh, JsonSerializer.Serialize(passwords, Readable) + "\n");
            File.Move(fresh, path, overwrite: true);
        }
        return password;
    }
}
