using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using CommunityFund.Books;
using CommunityFund.Ledger;

namespace CommunityFund.Documents;

/// <summary>
/// Originals on paper stay in their folder; registered are how many they are and where they lie. The registration is itself a
/// small document, so the log of the books covers it as it covers files.
/// </summary>
/// <param name="Form">The form it was written in: as many sheets in the same folder, in another form, are other sheets.</param>
/// <returns>SHA-256 of the registration in hexadecimal.</returns>
public sealed record RegisterPaper(Guid Key, Guid Form, int Sheets, string KeptAt) : Command<string>(Key)
{
    /// <summary>The number of sheets is none, or too large for one voucher.</summary>
    public const string BadSheets = "document.paper-sheets";

    /// <summary>Nobody would find the paper: its place is not said.</summary>
    public const string PlaceMissing = "document.paper-place";

    /// <summary>The most sheets on one voucher, and the longest words for their place.</summary>
    public const int MostSheets = 999, LongestPlace = 60;

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(Enum.GetValues<Role>()));

    internal override Task<string> Apply(Work work, CancellationToken ct)
    {
        string place = PlainText.Of(KeptAt);
        if (Sheets is < 1 or > MostSheets)
        {
            throw new RefusedException(BadSheets, ("limit", MostSheets));
        }

        if (place.Length is 0 or > LongestPlace)
        {
            throw new RefusedException(PlaceMissing, ("limit", LongestPlace));
        }

        byte[] content = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture,
            $"纸质原件 {Sheets} 张\n存放：{place}\n登记：{work.ActorId} {Form:N}\n"));
        return DocumentUpload.Keep(work, content, SHA256.HashData(content), FileKind.Paper, place, (short)Sheets, null, ct);
    }
}
