using CommunityFund.Books;

namespace CommunityFund.Donations.Letters;

/// <summary>捐赠确认函, one page a gift. It is no fiscal receipt and says so (rulings 24).</summary>
public static class LetterPaper
{
    /// <param name="site">Where donors find this installation, such as https://gifts.example.org; it goes into the QR.</param>
    public static PaperSheet Of(IReadOnlyList<GiftLetter> letters, string site, Words words) => new(
        words["letter.title"], "", string.Join('-', [words["letter.title"].Value, .. letters.Take(1).Select(letter => letter.Number),
            .. letters.Skip(1).TakeLast(1).Select(letter => letter.Number)]),
        PaperSide.Upright, typeof(LetterPrint),
        new Dictionary<string, object?> { [nameof(LetterPrint.Letters)] = letters, [nameof(LetterPrint.Site)] = site },
        "letter-print", letters.Count)
    {
        IsNumbered = false,
    };

    /// <summary>The page on which a donor sees what became of the gift.</summary>
    public static string Address(string site, GiftLetter letter) =>
        $"{site.TrimEnd('/')}/Donations/Trace?number={Uri.EscapeDataString(letter.Number)}&code={Uri.EscapeDataString(letter.Code)}";
}
