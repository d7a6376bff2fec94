using CommunityFund.Books;
using CommunityFund.Grants.Amendments;
using CommunityFund.Grants.Awards;
using CommunityFund.Ledger;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;

namespace CommunityFund.Web.Pages.Amendments;

/// <summary>What a fund gives, as typed.</summary>
public sealed class TypedShare
{
    public int Fund { get; set; }

    public string? Amount { get; set; }
}

/// <summary>A grant's amendments: before and after side by side, and the decision.</summary>
public sealed class ShowModel : RegisterPage
{
    [BindProperty(SupportsGet = true)]
    public long Id { get; set; }

    [BindProperty]
    public int No { get; set; }

    [BindProperty]
    public string? Reply { get; set; }

    [BindProperty]
    public string? Resolution { get; set; }

    [BindProperty]
    public string? Notice { get; set; }

    [BindProperty]
    public List<TypedShare> Funds { get; set; } = [];

    public AmendmentView? View { get; private set; }

    /// <summary>What was typed for a fund, so that it stands there again after a refusal.</summary>
    public string? Typed(int fund) => Funds.Find(row => row.Fund == fund)?.Amount;

    public Task OnGetAsync() => Load();

    public Task<IActionResult> OnPostApproveAsync()
    {
        FundShare[] shares = [.. Funds.Select((row, at) => new FundShare(row.Fund, AnyMoney($"Funds[{at}].Amount", row.Amount)))];
        return Do(async () => (await Session.Run(new ApproveAmendment(FormKey, Id, No, shares, Resolution ?? "", Notice ?? ""), Ct)).Happened
            ? "amend.said-in-force" : "amend.said-signed", Load, new { id = Id });
    }

    public Task<IActionResult> OnPostRejectAsync() => Do(async () =>
    {
        await Session.Run(new RejectAmendment(FormKey, Id, No, Reply ?? ""), Ct);
        return "amend.said-rejected";
    }, Load, new { id = Id });

    public Task<IActionResult> OnPostWithdrawAsync() => Do(async () =>
    {
        await Session.Run(new WithdrawAmendment(FormKey, Id, No), Ct);
        return "amend.said-withdrawn";
    }, Load, new { id = Id });

    private Task Load() => Try(async () => View = await Session.Ask(new AmendmentPage(Id), Ct));
}
