using System.Globalization;
using System.Text;
using CommunityFund.Books;
using CommunityFund.Grants.Meetings;

namespace CommunityFund.Grants.Awards;

/// <summary>Where somebody who objected is reached: sealed in the database under a key that stands outside it, bound to the case.</summary>
internal static class ObjectorContact
{
    public static byte[] Seal(Work work, int book, long grant, string contact)
    {
        using BallotSeal seal = new(work.Foundation, "objection");
        return seal.Seal(Encoding.UTF8.GetBytes(contact), Place(book, grant));
    }

    public static string Open(Work work, int book, long grant, byte[] closed)
    {
        using BallotSeal seal = new(work.Foundation, "objection");
        return Encoding.UTF8.GetString(seal.Open(closed, Place(book, grant)));
    }

    private static byte[] Place(int book, long grant) =>
        Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"objection {book} {grant}"));
}
