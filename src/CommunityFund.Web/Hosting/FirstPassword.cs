using System.Security.Cryptography;
using System.Text;
using CommunityFund.Books;

namespace CommunityFund.Web.Hosting;

/// <summary>Passwords made by the program: sixteen signs that nobody takes for one another, in groups of four.</summary>
internal static class FirstPassword
{
    private const string Unmistakable = "abcdefghjkmnpqrstuvwxyz23456789";

    public static string Random() => Grouped(RandomNumberGenerator.GetString(Unmistakable, 16));

    /// <summary>
    /// The password that belongs to one form: a form that is sent twice shows the same one, which is what was set. Without
    /// the installation's key it is as random as any.
    /// </summary>
    public static string For(Foundation foundation, Guid form, string whom)
    {
        byte[] bytes = HMACSHA512.HashData(foundation.KeyFor("first-password"), Encoding.UTF8.GetBytes($"{form:N} {whom}"));
        StringBuilder password = new();
        for (int i = 0; i < 16; i++)
        {
            password.Append(Unmistakable[((bytes[2 * i] << 8) | bytes[(2 * i) + 1]) % Unmistakable.Length]);
        }

        return Grouped(password.ToString());
    }

    private static string Grouped(string signs) => string.Join('-', signs.Chunk(4).Select(part => new string(part)));
}
