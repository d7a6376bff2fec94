using System.Globalization;
using CommunityFund.Books;
using CommunityFund.Grants.Acquittals;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;

namespace CommunityFund.Web.Pages.Acquittals;

/// <summary>核销提交: the financial lead ticks receipts, says what of each the grant pays, and names who spent and who saw it.</summary>
public sealed class HandInModel : RegisterPage
{
    [BindProperty(SupportsGet = true)]
    public long Id { get; set; }

    [BindProperty]
    public int Version { get; set; }

    [BindProperty]
    public string? Handler { get; set; }

    [BindProperty]
    public string? Witness { get; set; }

    /// <summary>Receipts that are ticked.</summary>
    [BindProperty]
    public List<long> Picked { get; set; } = [];

    /// <summary>What was typed beside each receipt.</summary>
    public Dictionary<long, string> Yuan { get; private set; } = [];

    public ReceiptFolderView? View { get; private set; }

    public PaidTranche? Tranche { get; private set; }

    public IReadOnlyList<ReceiptRow> Ready { get; private set; } = [];

    public async Task OnGetAsync()
    {
        await Load();
        Picked = [.. Ready.Where(row => row.HasPhoto).Select(row => row.Id)];
        Yuan = Ready.ToDictionary(row => row.Id, row => Figures.Of(row.Amount));
    }

    public async Task<IActionResult> OnPostAsync()
    {
        foreach (var (field, text) in Request.Form.Where(field => field.Key.StartsWith("Yuan[", StringComparison.Ordinal)))
        {
            if (long.TryParse(field[5..^1], NumberStyles.None, CultureInfo.InvariantCulture, out long receipt))
            {
                Yuan[receipt] = text.ToString();
            }
        }

        AcquittalClaim[] lines = [.. Picked.Distinct().Take(200)
            .Select(receipt => new AcquittalClaim(receipt, Money($"Yuan[{receipt}]", Yuan.GetValueOrDefault(receipt))))];
        if (ModelState.IsValid && await Try(async () =>
        {
            await Session.Run(new SubmitAcquittal(FormKey, Id, Version, Handler ?? "", Witness ?? "", lines), Ct);
            Said = W["acquittals.said-handed-in"];
        }))
        {
            return RedirectToPage("/Acquittals/Review", new { id = Id });
        }

        Unprocessable();
        ModelState.Remove(nameof(Version));
        await Load();
        return Page();
    }

    private async Task Load()
    {
        await Try(async () =>
        {
            long grant = (await Session.Ask(new AcquittalPage(Id), Ct)).Grant;
            View = await Session.Ask(new ReceiptFolder(grant), Ct);
        });
        Tranche = View?.Tranches.FirstOrDefault(row => row.Id == Id);
        Version = Tranche?.Version ?? 0;
        Ready = View is null ? [] : [.. View.Receipts.Where(row => row.State == GrantReceiptState.Ready && (row.Tranche is null || row.Tranche == Id))
            .OrderBy(row => row.Line).ThenBy(row => row.Id)];
    }
}
