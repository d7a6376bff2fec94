using CommunityFund.Donations.Letters;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;
using NodaTime;
using NodaTime.Text;

namespace CommunityFund.Web.Pages.Donations.Letters;

/// <summary>Letters of confirmation: one, those that are ticked, or all that the filter finds, as one PDF.</summary>
public sealed class IndexModel(IConfiguration settings) : FundPage
{
    private const int Size = 50;

    [BindProperty(SupportsGet = true)]
    public int? Fund { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? From { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? Until { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? Donor { get; set; }

    [BindProperty(SupportsGet = true)]
    public bool OnlyNew { get; set; }

    [BindProperty(SupportsGet = true, Name = "p")]
    public int Number { get; set; } = 1;

    /// <summary>What is ticked; a link from a gift ticks it.</summary>
    [BindProperty(SupportsGet = true)]
    public List<long> Gifts { get; set; } = [];

    /// <summary>The how many-th file of all that the filter finds; nothing prints what is ticked.</summary>
    [BindProperty]
    public int? Part { get; set; }

    /// <summary>Where donors find the site: as it is set, else as this page was reached.</summary>
    public string Site => settings["PublicAddress"] is { Length: > 0 } set ? set : $"{Request.Scheme}://{Request.Host}";

    /// <summary>Files that all found take; what was printed is not found again where only new ones are asked for.</summary>
    public int Parts => OnlyNew ? 1 : (View!.Total + IssueLetters.Most - 1) / IssueLetters.Most;

    public LetterItems? View { get; private set; }

    public Pager Pager => new(Number, Size, View!.Total);

    public Dictionary<string, string?> Filter => new()
    {
        ["Fund"] = Fund?.ToString(System.Globalization.CultureInfo.InvariantCulture),
        ["From"] = From,
        ["Until"] = Until,
        ["Donor"] = Donor,
        ["OnlyNew"] = OnlyNew ? "true" : null,
        ["p"] = Number > 1 ? Number.ToString(System.Globalization.CultureInfo.InvariantCulture) : null,
    };

    public Task OnGetAsync()
    {
        ModelState.Clear();
        return Load();
    }

    public async Task<IActionResult> OnPostPrintAsync()
    {
        ModelState.Clear();
        IActionResult taken = await TakePdf(async () =>
        {
            IReadOnlyList<long> chosen = Part is { } part
                ? [.. (await Session.Ask(Asked(Math.Clamp(part, 1, 1_000_000), IssueLetters.Most), Ct)).Items.Select(gift => gift.Donation)]
                : Gifts;
            // The page stays as it is beside the file, so its key would be sent again; to number twice does nothing.
            await Session.Run(new IssueLetters(Guid.NewGuid(), chosen), Ct);
            return LetterPaper.Of(await Session.Download(new GiftLetters(chosen), Ct), Site, W);
        });
        if (taken is not FileResult)
        {
            var no = Refusal;
            await Load();
            Refusal = no;
        }

        return taken;
    }

    private LetterList Asked(int page, int size) => new(Fund, Day(From), Day(Until), Donor ?? "", OnlyNew, page, size);

    private static LocalDate? Day(string? typed) =>
        LocalDatePattern.Iso.Parse(typed ?? "") is { Success: true } day ? day.Value : null;

    private Task Load()
    {
        Number = Math.Clamp(Number, 1, 1_000_000);
        return Try(async () => View = await Session.Ask(Asked(Number, Size), Ct));
    }
}
