using CommunityFund.Grants.Registers;
using CommunityFund.Grants.Tranches;
using Microsoft.AspNetCore.Mvc;

namespace CommunityFund.Web.Pages.GrantRegisters;

/// <summary>The register of tranches, as they stand now.</summary>
public sealed class TranchesModel : GrantRegisterPage
{
    [BindProperty(SupportsGet = true, Name = "tranche")]
    public TrancheState? Tranche { get; set; }

    public override (string Name, string Label, string? Chosen, IReadOnlyList<(string Value, string Text)> Values)? Own => ("tranche",
        W["grantregs.tranche-state"], Tranche?.ToString(), [.. Enum.GetValues<TrancheState>().Select(state => ($"{state}", W.Show(state)))]);

    protected override async Task<ShownRegister> Ask(RegisterFilter filter, bool takes)
    {
        TrancheRegisterView view = await Answer(new TrancheRegister(filter, Tranche), takes);
        return new ShownRegister(view.Head, RegisterTable.Of(view, W), view.Total);
    }
}
