using CommunityFund.Grants.Registers;

namespace CommunityFund.Web.Pages.GrantRegisters;

/// <summary>The register of grants.</summary>
public sealed class IndexModel : GrantRegisterPage
{
    public override bool HasDay => true;

    protected override async Task<ShownRegister> Ask(RegisterFilter filter, bool takes)
    {
        GrantRegisterView view = await Answer(new GrantRegister(filter), takes);
        return new ShownRegister(view.Head, RegisterTable.Of(view, W), view.Total);
    }
}
