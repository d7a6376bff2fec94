using CommunityFund.Banking;
using CommunityFund.Books;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace CommunityFund.Web.Pages.Banking;

/// <summary>The bank's lines and what became of each.</summary>
public sealed class IndexModel : FundPage
{
    private const int PageSize = 50;

    [BindProperty(SupportsGet = true)]
    public string? State { get; set; }

    [BindProperty(SupportsGet = true)]
    public int? Account { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? Way { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? Text { get; set; }

    [BindProperty(SupportsGet = true, Name = "p")]
    public int Number { get; set; } = 1;

    public LineStage? Stage => Enum.TryParse(State, out LineStage stage) && Enum.IsDefined(stage) ? stage : null;

    public BankWay? Wanted => Enum.TryParse(Way, out BankWay way) && Enum.IsDefined(way) ? way : null;

    public BankLineItems? Lines { get; private set; }

    public bool MayImport { get; private set; }

    public Pager Pager => new(Number, PageSize, Lines!.Total);

    public bool IsFiltered => Stage is not null || Account is not null || Wanted is not null || !string.IsNullOrWhiteSpace(Text);

    public int All => Lines!.Counts.Values.Sum();

    public Dictionary<string, string?> With(LineStage? stage) =>
        new()
        {
            ["State"] = stage?.ToString(),
            ["Account"] = Account?.ToString(System.Globalization.CultureInfo.InvariantCulture),
            ["Way"] = Wanted?.ToString(),
            ["Text"] = Text
        };

    public async Task OnGetAsync()
    {
        MayImport = (await WhoAmI()).Is(Role.Accountant);
        Number = Math.Clamp(Number, 1, 1_000_000);
        Text = Text is { Length: > 100 } ? Text[..100] : Text;
        await Try(Show);
        if (Lines is { Items.Count: 0, Total: > 0 })
        {
            Number = (int)Pager.Last;
            await Try(Show);
        }
    }

    private async Task Show() =>
        Lines = await Session.Ask(new BankLineList(Stage, Account, Text ?? "", Number, PageSize, Wanted), Ct);
}
